"""Pupils whose absence is another pupil's, as registration has merged or split them."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0004"
down_revision = "0003"

TABLES = (
    """
CREATE TABLE former_pupil (
    former_id uuid NOT NULL,
    pupil_id uuid NOT NULL,
    split boolean NOT NULL,
    municipality_code text NOT NULL,
    CONSTRAINT pk_former_pupil PRIMARY KEY (former_id, pupil_id)
)""",
    "CREATE INDEX ix_former_pupil_pupil_id ON former_pupil (pupil_id)",
    "CREATE INDEX ix_former_pupil_municipality_code ON former_pupil (municipality_code)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    tenancy.enable(op, "former_pupil", read=[Access.OPERATOR])


def downgrade() -> None:
    op.execute("DROP TABLE former_pupil")
