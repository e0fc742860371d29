"""Contradictions of identifiers, which a person looks at."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0024"
down_revision = "0023"

TABLES = (
    """
CREATE TABLE pupil_conflict (
    conflict_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    kind varchar NOT NULL,
    pupil_id uuid NOT NULL,
    other_id uuid,
    institution_number varchar NOT NULL,
    since timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    dismissed_by varchar,
    dismissed_at timestamptz,
    CONSTRAINT pk_pupil_conflict PRIMARY KEY (conflict_id),
    CONSTRAINT fk_pupil_conflict_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT fk_pupil_conflict_other_id FOREIGN KEY (other_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_pupil_conflict_kind CHECK (kind IN ('two_pupils', 'other_number'))
)""",
    "CREATE INDEX ix_pupil_conflict_pupil_id ON pupil_conflict (pupil_id)",
    "CREATE INDEX ix_pupil_conflict_municipality_code ON pupil_conflict (municipality_code)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    tenancy.enable(op, "pupil_conflict", read=[Access.OPERATOR])


def downgrade() -> None:
    op.execute("DROP TABLE pupil_conflict")
