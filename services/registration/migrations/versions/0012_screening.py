"""The absence of a municipality is found by its code, for the outcomes of all its pupils at once."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_pupil_month_municipality_code ON pupil_month (municipality_code)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_pupil_month_municipality_code")
