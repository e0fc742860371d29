"""What a receipt says of complete snapshots. This service takes none so far; the tables of imports are the same."""

from alembic import op

from libs.shared.imports import steps as imports

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    imports.up(op, 2)


def downgrade() -> None:
    imports.down(op, 2)
