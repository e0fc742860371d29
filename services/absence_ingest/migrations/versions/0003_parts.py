"""Receipts of the parts of files of several kinds."""

from alembic import op

from libs.shared.imports import steps as imports

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    imports.up(op, 3)


def downgrade() -> None:
    imports.down(op, 3)
