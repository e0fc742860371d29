"""Municipalities that the evaluation compares with, also those that were never invited."""

from alembic import op

revision = "0021"
down_revision = "0020"

_STATUS = "ALTER TABLE municipality ADD CONSTRAINT ck_municipality_status CHECK (status IN ({}))"
_AS_SECRETARIAT = "SELECT set_config('skoleloeft.access', 'secretariat', true)"


def upgrade() -> None:
    op.execute("ALTER TABLE municipality DROP CONSTRAINT ck_municipality_status")
    op.execute(_STATUS.format("'not_invited', 'invited', 'accepted', 'declined'"))
    op.execute("ALTER TABLE municipality ADD COLUMN comparison boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE municipality DROP COLUMN comparison")
    op.execute("ALTER TABLE municipality DROP CONSTRAINT ck_municipality_status")
    op.execute(_AS_SECRETARIAT)
    op.execute("DELETE FROM municipality WHERE status = 'not_invited'")
    op.execute(_STATUS.format("'invited', 'accepted', 'declined'"))
