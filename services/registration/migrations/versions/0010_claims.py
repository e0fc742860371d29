"""What schools claim about pupils' stays, where a stay is another than its school claims; and people's decisions."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0010"
down_revision = "0009"

TABLES = (
    "ALTER TABLE membership ADD COLUMN stated_at timestamptz",
    """
CREATE TABLE membership_limit (
    limit_id uuid NOT NULL,
    pupil_id uuid NOT NULL,
    class_id uuid NOT NULL,
    claimed_from date NOT NULL,
    claimed_to date NOT NULL,
    valid_from date NOT NULL,
    rival_class_id uuid,
    rival_from date,
    since date,
    unclear boolean NOT NULL,
    municipality_code varchar NOT NULL,
    CONSTRAINT pk_membership_limit PRIMARY KEY (pupil_id, class_id, claimed_from),
    CONSTRAINT uq_membership_limit_limit_id UNIQUE (limit_id),
    CONSTRAINT uq_membership_limit_valid_from UNIQUE (pupil_id, class_id, valid_from),
    CONSTRAINT fk_membership_limit_membership FOREIGN KEY (pupil_id, class_id, valid_from)
        REFERENCES membership (pupil_id, class_id, valid_from),
    CONSTRAINT fk_membership_limit_rival_class_id FOREIGN KEY (rival_class_id) REFERENCES class_ (class_id)
)""",
    "CREATE INDEX ix_membership_limit_municipality_code ON membership_limit (municipality_code)",
    """
CREATE TABLE membership_ruling (
    pupil_id uuid NOT NULL,
    school_year varchar NOT NULL,
    first_number varchar NOT NULL,
    second_number varchar NOT NULL,
    kept_number varchar NOT NULL,
    covers_to date NOT NULL,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    municipality_code varchar NOT NULL,
    CONSTRAINT pk_membership_ruling PRIMARY KEY (pupil_id, school_year, first_number, second_number),
    CONSTRAINT fk_membership_ruling_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    "CREATE INDEX ix_membership_ruling_municipality_code ON membership_ruling (municipality_code)",
    """
CREATE TABLE school_snapshot (
    school_id uuid NOT NULL,
    school_year varchar NOT NULL,
    moment timestamptz NOT NULL,
    day date NOT NULL,
    municipality_code varchar NOT NULL,
    CONSTRAINT pk_school_snapshot PRIMARY KEY (school_id, school_year),
    CONSTRAINT fk_school_snapshot_school_id FOREIGN KEY (school_id) REFERENCES school (school_id)
)""",
    "CREATE INDEX ix_school_snapshot_municipality_code ON school_snapshot (municipality_code)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in ("membership_limit", "membership_ruling", "school_snapshot"):
        tenancy.enable(op, table, read=[Access.OPERATOR])


def downgrade() -> None:
    for table in ("school_snapshot", "membership_ruling", "membership_limit"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE membership DROP COLUMN stated_at")
