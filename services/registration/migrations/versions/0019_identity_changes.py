"""Pupils who turned out to be one, or two; and former identifiers that a person's decision made."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0019"
down_revision = "0018"

TABLES = (
    """
CREATE TABLE identity_change (
    change_id uuid NOT NULL,
    kind varchar NOT NULL,
    pupil_id uuid NOT NULL,
    other_id uuid NOT NULL,
    changed_by varchar NOT NULL,
    changed_at timestamptz NOT NULL,
    municipality_code varchar NOT NULL,
    CONSTRAINT pk_identity_change PRIMARY KEY (change_id),
    CONSTRAINT fk_identity_change_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_identity_change_kind CHECK (kind IN ('merge', 'split'))
)""",
    "CREATE INDEX ix_identity_change_pupil_id ON identity_change (pupil_id)",
    "CREATE INDEX ix_identity_change_other_id ON identity_change (other_id)",
    "CREATE INDEX ix_identity_change_municipality_code ON identity_change (municipality_code)",
    "ALTER TABLE former_identifier ALTER COLUMN receipt_id DROP NOT NULL",
    "ALTER TABLE former_identifier DROP CONSTRAINT ck_former_identifier_kind",
    """
ALTER TABLE former_identifier ADD CONSTRAINT ck_former_identifier_kind
    CHECK (kind IN ('cpr_number', 'uni_login', 'local_id'))""",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    # The rotation of keys publishes pupils again, with their former ids.
    tenancy.enable(op, "identity_change", read=[Access.OPERATOR, Access.ROTATION])


def downgrade() -> None:
    op.execute("DROP TABLE identity_change")
    # Row-level security that is forced on the owner would hide the rows.
    op.execute("ALTER TABLE former_identifier NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM former_identifier WHERE receipt_id IS NULL OR kind = 'uni_login'")
    op.execute("ALTER TABLE former_identifier FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE former_identifier DROP CONSTRAINT ck_former_identifier_kind")
    op.execute("""
ALTER TABLE former_identifier ADD CONSTRAINT ck_former_identifier_kind CHECK (kind IN ('cpr_number', 'local_id'))""")
    op.execute("ALTER TABLE former_identifier ALTER COLUMN receipt_id SET NOT NULL")
