"""The directory of pupils, schools and calendars, days of absence and their sums; and the libraries' tables."""

from alembic import op

from libs.shared import events
from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.files.kinds.declared import ABSENCE_KINDS
from libs.shared.imports import steps as imports
from libs.shared.imports.staging import tables as staging
from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

revision = "0001"
down_revision = None

TABLES = (
    """
CREATE TABLE municipality (
    municipality_code text NOT NULL,
    may_import boolean NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_municipality PRIMARY KEY (municipality_code)
)""",
    """
CREATE TABLE school (
    school_id uuid NOT NULL,
    municipality_code text NOT NULL,
    institution_number text NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_school PRIMARY KEY (school_id)
)""",
    """
CREATE TABLE calendar (
    school_id uuid NOT NULL,
    starts date NOT NULL,
    school_year text NOT NULL,
    municipality_code text NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_calendar PRIMARY KEY (school_id, starts)
)""",
    """
CREATE TABLE calendar_day (
    school_id uuid NOT NULL,
    day date NOT NULL,
    starts date NOT NULL,
    municipality_code text NOT NULL,
    CONSTRAINT pk_calendar_day PRIMARY KEY (school_id, day)
)""",
    """
CREATE TABLE pupil (
    pupil_id uuid NOT NULL,
    municipality_code text NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_pupil PRIMARY KEY (pupil_id)
)""",
    """
CREATE TABLE lookup_key (
    municipality_code text NOT NULL,
    kind text NOT NULL,
    key_id text NOT NULL,
    value text NOT NULL,
    pupil_id uuid NOT NULL,
    CONSTRAINT pk_lookup_key PRIMARY KEY (municipality_code, kind, key_id, value),
    CONSTRAINT fk_lookup_key_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    """
CREATE TABLE key_claim (
    municipality_code text NOT NULL,
    kind text NOT NULL,
    key_id text NOT NULL,
    value text NOT NULL,
    pupil_id uuid NOT NULL,
    CONSTRAINT pk_key_claim PRIMARY KEY (municipality_code, kind, key_id, value, pupil_id)
)""",
    """
CREATE TABLE membership (
    pupil_id uuid NOT NULL,
    school_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    municipality_code text NOT NULL,
    CONSTRAINT pk_membership PRIMARY KEY (pupil_id, school_id, valid_from, valid_to),
    CONSTRAINT fk_membership_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    """
CREATE TABLE absence_day (
    pupil_id uuid NOT NULL,
    day date NOT NULL,
    category text NOT NULL,
    halves smallint NOT NULL,
    as_of timestamptz NOT NULL,
    municipality_code text NOT NULL,
    set_aside text,
    set_aside_at timestamptz,
    CONSTRAINT pk_absence_day PRIMARY KEY (pupil_id, day, category),
    CONSTRAINT ck_absence_day_category CHECK (category IN ('illness', 'authorised', 'unauthorised')),
    CONSTRAINT ck_absence_day_halves CHECK (halves BETWEEN 0 AND 2)
)""",
    """
CREATE TABLE pupil_month (
    pupil_id uuid NOT NULL,
    month date NOT NULL,
    illness smallint NOT NULL,
    authorised smallint NOT NULL,
    unauthorised smallint NOT NULL,
    municipality_code text NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_pupil_month PRIMARY KEY (pupil_id, month)
)""",
    """
CREATE TABLE completeness (
    institution_number text NOT NULL,
    month text NOT NULL,
    municipality_code text NOT NULL,
    reported boolean NOT NULL,
    pupil_months integer NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_completeness PRIMARY KEY (institution_number, month)
)""",
    """
CREATE TABLE completeness_due (
    id bigint GENERATED ALWAYS AS IDENTITY,
    municipality_code text NOT NULL,
    school_id uuid,
    month date NOT NULL,
    receipt_id uuid,
    CONSTRAINT pk_completeness_due PRIMARY KEY (id)
)""",
    """
CREATE TABLE recheck_due (
    id uuid NOT NULL,
    municipality_code text NOT NULL,
    is_school boolean NOT NULL,
    judged_to uuid,
    noted integer NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_recheck_due PRIMARY KEY (id)
)""",
    """
CREATE INDEX ix_absence_day_set_aside ON absence_day (municipality_code, pupil_id, day, category)
 WHERE set_aside IS NOT NULL""",
    "CREATE INDEX ix_completeness_due_municipality_code ON completeness_due (municipality_code)",
    "CREATE INDEX ix_membership_school_id ON membership (school_id)",
    "CREATE INDEX ix_lookup_key_pupil_id ON lookup_key (pupil_id)",
    "CREATE INDEX ix_key_claim_pupil_id ON key_claim (pupil_id)",
    "CREATE INDEX ix_school_institution_number ON school (institution_number)",
)

# Ops counts rows of these and reads none.
COUNTED = (
    "municipality",
    "school",
    "calendar",
    "calendar_day",
    "pupil",
    "membership",
    "absence_day",
    "pupil_month",
    "completeness",
    "completeness_due",
    "recheck_due",
)


def upgrade() -> None:
    events.STEPS.up(op, 1)
    events.STEPS.up(op, 2)
    imports.up(op, 1)
    for kind in ABSENCE_KINDS:
        staging.up(op, kind)
    for statement in TABLES:
        op.execute(statement)
    for table in COUNTED:
        tenancy.enable(op, table, read=[Access.OPERATOR])
    for table in ("lookup_key", "key_claim"):
        tenancy.enable(op, table)
        rotation.admit(op, table)
        rotation.fence(op, table, Ring.LOOKUP, key_id="key_id")


def downgrade() -> None:
    for table in ("key_claim", "lookup_key", *reversed(COUNTED)):
        op.execute(f"DROP TABLE {table}")
    for kind in ABSENCE_KINDS:
        staging.down(op, kind)
    imports.down(op, 1)
    events.STEPS.down(op, 2)
    events.STEPS.down(op, 1)
