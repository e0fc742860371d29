"""The decisions that selected pupils: reasons for whole classes, and the schools' marks."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0005"
down_revision = "0004"

TENANT = {
    "screening": """
        pupil_id uuid NOT NULL,
        municipality_code text NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_screening PRIMARY KEY (pupil_id)""",
    "selection": """
        pupil_id uuid NOT NULL,
        selection_id uuid NOT NULL,
        municipality_code text NOT NULL,
        kind text NOT NULL,
        school_id uuid NOT NULL,
        class_id uuid,
        decided_on date NOT NULL,
        reversed_on date,
        reasons text[] NOT NULL,
        designated boolean NOT NULL,
        CONSTRAINT pk_selection PRIMARY KEY (pupil_id, selection_id)""",
}


def upgrade() -> None:
    for table, columns in TENANT.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        tenancy.enable(op, table, read=[Access.EVALUATOR, Access.OPERATOR])


def downgrade() -> None:
    for table in reversed(TENANT):
        op.execute(f"DROP TABLE {table}")
