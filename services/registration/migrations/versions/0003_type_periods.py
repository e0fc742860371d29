"""The periods of an intervention type; a process of the previous release works without the column."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE intervention_type ADD COLUMN periods jsonb NOT NULL DEFAULT '[]'::jsonb")


def downgrade() -> None:
    op.execute("ALTER TABLE intervention_type DROP COLUMN periods")
