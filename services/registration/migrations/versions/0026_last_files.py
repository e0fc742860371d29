"""The last file of a source, so that a file of changes waits for the one before it."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("ALTER TABLE roster_source ADD COLUMN last_file_id uuid")


def downgrade() -> None:
    op.execute("ALTER TABLE roster_source DROP COLUMN last_file_id")
