"""Complete snapshots of a school's pupils: what a receipt says of them, and the difference that they make."""

from alembic import op

from libs.shared.imports import steps as imports

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    imports.up(op, 2)


def downgrade() -> None:
    imports.down(op, 2)
