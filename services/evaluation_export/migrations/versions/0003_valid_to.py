"""The end of a project and of a course is the exclusive ``valid_to``, as in all other events."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("project", "dosage"):
        op.execute(f'ALTER TABLE {table} RENAME COLUMN "end" TO valid_to')


def downgrade() -> None:
    for table in ("project", "dosage"):
        op.execute(f'ALTER TABLE {table} RENAME COLUMN valid_to TO "end"')
