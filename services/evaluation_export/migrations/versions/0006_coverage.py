"""How many pupils each course stated, enrolled and identified: the beginning of the population flow.

The columns are null until ``republish registration.dosage`` has published the courses again.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

COLUMNS = ("stated", "enrolled", "identified")


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE dosage ADD COLUMN {column} integer")


def downgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE dosage DROP COLUMN {column}")
