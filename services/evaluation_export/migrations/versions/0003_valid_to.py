"""A project and a course last until before ``valid_to``, as everything else that an event tells."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("project", "dosage"):
        op.execute(f'ALTER TABLE {table} RENAME COLUMN "end" TO valid_to')


def downgrade() -> None:
    for table in ("project", "dosage"):
        op.execute(f'ALTER TABLE {table} RENAME COLUMN valid_to TO "end"')
