"""Municipalities, schools, classes, calendars, persons, pupils, indicators; and the libraries' tables."""

from alembic import op

from libs.shared import events
from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.files.kinds.declared import ROSTER_KINDS
from libs.shared.idempotency import steps as idempotency
from libs.shared.imports import steps as imports
from libs.shared.imports.staging import tables as staging
from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

revision = "0001"
down_revision = None

TABLES = (
    """
CREATE TABLE municipality (
    municipality_code varchar NOT NULL,
    name varchar NOT NULL,
    status varchar NOT NULL,
    imports_enabled_reason varchar,
    imports_enabled_on date,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_municipality PRIMARY KEY (municipality_code),
    CONSTRAINT ck_municipality_imports_enabled
        CHECK ((imports_enabled_reason IS NULL) = (imports_enabled_on IS NULL)),
    CONSTRAINT ck_municipality_status CHECK (status IN ('invited', 'accepted', 'declined'))
)""",
    """
CREATE TABLE school (
    school_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    institution_number varchar NOT NULL,
    name varchar NOT NULL,
    kind varchar NOT NULL,
    standing varchar NOT NULL,
    first_used_on date NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_school PRIMARY KEY (school_id),
    CONSTRAINT uq_school_municipality_code_institution_number UNIQUE (municipality_code, institution_number),
    CONSTRAINT ck_school_kind CHECK (kind IN ('public', 'private', 'special')),
    CONSTRAINT ck_school_standing CHECK (standing IN ('registered', 'first_use', 'former', 'refused'))
)""",
    """
CREATE UNIQUE INDEX uq_school_held_institution_number ON school (institution_number)
    WHERE standing IN ('registered', 'first_use')""",
    """
CREATE TABLE institution (
    institution_number varchar NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    name varchar,
    belongs_to varchar,
    origin varchar NOT NULL,
    CONSTRAINT pk_institution PRIMARY KEY (institution_number, valid_from),
    CONSTRAINT ck_institution_period CHECK (valid_to >= valid_from),
    CONSTRAINT ck_institution_origin CHECK (origin IN ('register', 'decision'))
)""",
    """
CREATE TABLE class_ (
    class_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    school_id uuid NOT NULL,
    school_year varchar NOT NULL,
    name varchar NOT NULL,
    grade integer NOT NULL,
    kind varchar NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_class_ PRIMARY KEY (class_id),
    CONSTRAINT fk_class__school_id FOREIGN KEY (school_id) REFERENCES school (school_id),
    CONSTRAINT uq_class_school_id_school_year_name UNIQUE (school_id, school_year, name),
    CONSTRAINT ck_class__grade CHECK (grade BETWEEN 0 AND 10),
    CONSTRAINT ck_class__kind CHECK (kind IN ('ordinary', 'special'))
)""",
    """
CREATE TABLE calendar (
    school_id uuid NOT NULL,
    school_year varchar NOT NULL,
    municipality_code varchar NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_calendar PRIMARY KEY (school_id, school_year),
    CONSTRAINT fk_calendar_school_id FOREIGN KEY (school_id) REFERENCES school (school_id)
)""",
    """
CREATE TABLE calendar_day (
    school_id uuid NOT NULL,
    day date NOT NULL,
    school_year varchar NOT NULL,
    municipality_code varchar NOT NULL,
    CONSTRAINT pk_calendar_day PRIMARY KEY (school_id, day),
    CONSTRAINT fk_calendar_day_calendar FOREIGN KEY (school_id, school_year)
        REFERENCES calendar (school_id, school_year)
)""",
    """
CREATE TABLE person (
    key_id varchar NOT NULL,
    value varchar NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (key_id, value)
)""",
    """
CREATE TABLE pupil (
    pupil_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    person_id uuid NOT NULL,
    has_cpr_number boolean NOT NULL,
    cpr_number bytea,
    uni_login bytea,
    local_id bytea,
    name bytea NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_pupil PRIMARY KEY (pupil_id)
)""",
    """
CREATE TABLE pupil_key (
    municipality_code varchar NOT NULL,
    kind varchar NOT NULL,
    key_id varchar NOT NULL,
    value varchar NOT NULL,
    pupil_id uuid NOT NULL,
    CONSTRAINT pk_pupil_key PRIMARY KEY (municipality_code, kind, key_id, value),
    CONSTRAINT fk_pupil_key_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_pupil_key_kind CHECK (kind IN ('cpr_number', 'uni_login', 'local_id'))
)""",
    """
CREATE TABLE former_identifier (
    former_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    pupil_id uuid NOT NULL,
    kind varchar NOT NULL,
    value bytea NOT NULL,
    receipt_id uuid NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT pk_former_identifier PRIMARY KEY (former_id),
    CONSTRAINT fk_former_identifier_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_former_identifier_kind CHECK (kind IN ('cpr_number', 'local_id'))
)""",
    """
CREATE TABLE identity_case (
    case_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    pupil_id uuid NOT NULL,
    name bytea NOT NULL,
    institution_number varchar NOT NULL,
    since timestamptz NOT NULL,
    decision varchar,
    decided_by varchar,
    decided_at timestamptz,
    other_id uuid,
    CONSTRAINT pk_identity_case PRIMARY KEY (case_id),
    CONSTRAINT fk_identity_case_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT fk_identity_case_other_id FOREIGN KEY (other_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_identity_case_decision CHECK (decision IN ('same_pupil', 'another_pupil')),
    CONSTRAINT ck_identity_case_decided_by CHECK ((decision IS NULL) = (decided_by IS NULL)),
    CONSTRAINT ck_identity_case_decided_at CHECK ((decision IS NULL) = (decided_at IS NULL))
)""",
    """
CREATE INDEX ix_identity_case_municipality_code ON identity_case (municipality_code) WHERE decision IS NULL""",
    """
CREATE TABLE membership (
    pupil_id uuid NOT NULL,
    class_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    municipality_code varchar NOT NULL,
    CONSTRAINT pk_membership PRIMARY KEY (pupil_id, class_id, valid_from),
    CONSTRAINT fk_membership_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT fk_membership_class_id FOREIGN KEY (class_id) REFERENCES class_ (class_id),
    CONSTRAINT ck_membership_interval CHECK (valid_to >= valid_from)
)""",
    """
CREATE TABLE indicator (
    pupil_id uuid NOT NULL,
    indicator varchar NOT NULL,
    subject varchar NOT NULL,
    grade integer NOT NULL,
    day date NOT NULL,
    value varchar NOT NULL,
    as_of timestamptz NOT NULL,
    municipality_code varchar NOT NULL,
    CONSTRAINT pk_indicator PRIMARY KEY (pupil_id, indicator, subject, grade, day),
    CONSTRAINT fk_indicator_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_indicator_indicator CHECK (indicator IN ('national_test', 'teacher_mark', 'education_readiness')),
    CONSTRAINT ck_indicator_grade CHECK (grade BETWEEN 0 AND 10)
)""",
    """
CREATE INDEX ix_indicator_withdrawn ON indicator (municipality_code) WHERE value = 'withdrawn'""",
)

INDEXES = (
    ("school", "municipality_code"),
    ("class_", "municipality_code"),
    ("calendar", "municipality_code"),
    ("pupil", "municipality_code"),
    ("pupil_key", "pupil_id"),
    ("former_identifier", "pupil_id"),
    ("former_identifier", "municipality_code"),
    ("identity_case", "pupil_id"),
    ("membership", "class_id"),
    ("membership", "municipality_code"),
    ("indicator", "municipality_code"),
)

# The secretariat sees which schools there are, since projects name them; ops counts rows and reads none.
COUNTED = ("class_", "calendar", "calendar_day", "pupil", "membership", "indicator")
# Stays of one person in several municipalities are joined under the identity access.
JOINED = ("class_", "pupil", "membership")


def upgrade() -> None:
    events.STEPS.up(op, 1)
    events.STEPS.up(op, 2)
    imports.up(op, 1)
    for kind in ROSTER_KINDS:
        staging.up(op, kind)
    idempotency.up(op, 1)
    for statement in TABLES:
        op.execute(statement)
    for table, column in INDEXES:
        name = "ix_class_municipality_code" if table == "class_" else f"ix_{table}_{column}"
        op.execute(f"CREATE INDEX {name} ON {table} ({column})")
    tenancy.enable(op, "municipality", read=[Access.OPERATOR], write=[Access.SECRETARIAT])
    # The secretariat takes a number from a school whose municipality it does not belong to.
    tenancy.enable(op, "school", read=[Access.OPERATOR, Access.IDENTITY], write=[Access.SECRETARIAT])
    # The register is public, and an import is judged by all of it. Nobody but the secretariat writes it.
    tenancy.enable_named(op, "institution", write=[Access.SECRETARIAT])
    op.execute("CREATE POLICY open_to_read ON institution FOR SELECT USING (true)")
    for table in COUNTED:
        tenancy.enable(op, table, read=[Access.OPERATOR, *([Access.IDENTITY] if table in JOINED else [])])
    for table in ("pupil_key", "former_identifier", "identity_case"):
        tenancy.enable(op, table)
    tenancy.enable_named(op, "person", write=[Access.IDENTITY])
    for table in ("pupil", "pupil_key", "former_identifier", "identity_case", "person"):
        rotation.admit(op, table)
    rotation.fence(op, "pupil", Ring.DATA, sealed=["cpr_number", "uni_login", "local_id", "name"])
    rotation.fence(op, "former_identifier", Ring.DATA, sealed=["value"])
    rotation.fence(op, "identity_case", Ring.DATA, sealed=["name"])
    rotation.fence(op, "pupil_key", Ring.LOOKUP, key_id="key_id")
    rotation.fence(op, "person", Ring.BLIND_INDEX, key_id="key_id")


def downgrade() -> None:
    for table in ("indicator", "membership", "identity_case", "former_identifier", "pupil_key", "pupil", "person"):
        op.execute(f"DROP TABLE {table}")
    for table in ("calendar_day", "calendar"):
        op.execute(f"DROP TABLE {table}")
    for table in ("class_", "institution", "school", "municipality"):
        op.execute(f"DROP TABLE {table}")
    idempotency.down(op, 1)
    for kind in ROSTER_KINDS:
        staging.down(op, kind)
    imports.down(op, 1)
    events.STEPS.down(op, 2)
    events.STEPS.down(op, 1)
