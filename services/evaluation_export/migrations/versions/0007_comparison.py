"""Municipalities that the evaluation compares with."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE municipality ADD COLUMN comparison boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE municipality DROP COLUMN comparison")
