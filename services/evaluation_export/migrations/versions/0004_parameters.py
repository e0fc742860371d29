"""An order has all parameters of its product in one column."""

from alembic import op

revision = "0004"
down_revision = "0003"

_AS_EVALUATOR = "SELECT set_config('skoleloeft.access', 'evaluator', true)"


def upgrade() -> None:
    op.execute("ALTER TABLE delivery ADD COLUMN parameters jsonb")
    op.execute(_AS_EVALUATOR)
    op.execute("UPDATE delivery SET parameters = jsonb_build_object('school_year', school_year)")
    op.execute("ALTER TABLE delivery ALTER COLUMN parameters SET NOT NULL")
    op.execute("ALTER TABLE delivery DROP COLUMN school_year")


def downgrade() -> None:
    op.execute("ALTER TABLE delivery ADD COLUMN school_year text")
    op.execute(_AS_EVALUATOR)
    op.execute("UPDATE delivery SET school_year = parameters ->> 'school_year'")
    op.execute("ALTER TABLE delivery ALTER COLUMN school_year SET NOT NULL")
    op.execute("ALTER TABLE delivery DROP COLUMN parameters")
