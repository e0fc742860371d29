"""The municipalities; the tables of events."""

from alembic import op

from libs.shared import events
from libs.shared.db import tenancy

revision = "0001"
down_revision = None


def upgrade() -> None:
    events.STEPS.up(op, 1)
    events.STEPS.up(op, 2)
    op.execute("""
        CREATE TABLE municipality (
            municipality_code text NOT NULL,
            name text NOT NULL,
            aggregate_version integer NOT NULL,
            CONSTRAINT pk_municipality PRIMARY KEY (municipality_code)
        )
    """)
    tenancy.enable(op, "municipality")


def downgrade() -> None:
    op.execute("DROP TABLE municipality")
    events.STEPS.down(op, 2)
    events.STEPS.down(op, 1)
