"""Classes have a line, and their kind may follow from a school's rules."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.imports.staging import tables as staging

revision = "0016"
down_revision = "0015"

_RULES = """
CREATE TABLE class_kind_rules (
    municipality_code varchar NOT NULL,
    institution_number varchar NOT NULL,
    rules jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pk_class_kind_rules PRIMARY KEY (municipality_code, institution_number)
)"""


def upgrade() -> None:
    # The release before says the kind of every class that it writes.
    op.execute("ALTER TABLE class_ ADD COLUMN kind_given boolean NOT NULL DEFAULT true, ADD COLUMN line varchar")
    op.execute("ALTER TABLE class_ NO FORCE ROW LEVEL SECURITY")
    # Nothing that the change feed tells changes, and its trigger may not write for all municipalities at once.
    op.execute("ALTER TABLE class_ DISABLE TRIGGER USER")
    op.execute("UPDATE class_ SET kind_given = false WHERE kind = 'unknown'")
    op.execute("ALTER TABLE class_ ENABLE TRIGGER USER")
    op.execute("ALTER TABLE class_ FORCE ROW LEVEL SECURITY")
    op.execute(_RULES)
    tenancy.enable(op, "class_kind_rules")
    staging.add_columns(op, CLASSES, "line")


def downgrade() -> None:
    staging.drop_columns(op, CLASSES, "line")
    op.execute("DROP TABLE class_kind_rules")
    op.execute("ALTER TABLE class_ DROP COLUMN kind_given, DROP COLUMN line")
