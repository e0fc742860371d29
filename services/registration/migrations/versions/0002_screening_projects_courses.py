"""Copies of the catalog and of absence; selections, projects, courses, enrolments and sessions."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

revision = "0002"
down_revision = "0001"

TABLES = (
    """
CREATE TABLE rule_set (
    rule_set varchar NOT NULL,
    valid_from date NOT NULL,
    version integer NOT NULL,
    family varchar NOT NULL,
    content jsonb NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_rule_set PRIMARY KEY (rule_set, valid_from)
)""",
    """
CREATE TABLE intervention_type (
    intervention_type varchar NOT NULL,
    variants varchar[] NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_intervention_type PRIMARY KEY (intervention_type)
)""",
    """
CREATE TABLE pupil_month (
    pupil_id uuid NOT NULL,
    month varchar NOT NULL,
    municipality_code varchar NOT NULL,
    days numeric(4, 1) NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_pupil_month PRIMARY KEY (pupil_id, month)
)""",
    """
CREATE TABLE completeness (
    institution_number varchar NOT NULL,
    month varchar NOT NULL,
    municipality_code varchar NOT NULL,
    reported boolean NOT NULL,
    pupil_months integer,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_completeness PRIMARY KEY (institution_number, month)
)""",
    """
CREATE TABLE selection (
    selection_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    school_id uuid NOT NULL,
    kind varchar NOT NULL,
    class_id uuid,
    decided_on date NOT NULL,
    decided_by varchar NOT NULL,
    recorded_at timestamptz NOT NULL,
    socially_vulnerable boolean NOT NULL,
    behind varchar[] NOT NULL,
    reason bytea NOT NULL,
    parents_dialogue bytea NOT NULL,
    CONSTRAINT pk_selection PRIMARY KEY (selection_id),
    CONSTRAINT fk_selection_school_id FOREIGN KEY (school_id) REFERENCES school (school_id),
    CONSTRAINT fk_selection_class_id FOREIGN KEY (class_id) REFERENCES class_ (class_id),
    CONSTRAINT ck_selection_kind CHECK (kind IN ('pupil', 'group', 'class'))
)""",
    """
CREATE TABLE selection_pupil (
    selection_id uuid NOT NULL,
    pupil_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    verdicts jsonb NOT NULL,
    CONSTRAINT pk_selection_pupil PRIMARY KEY (selection_id, pupil_id),
    CONSTRAINT fk_selection_pupil_selection_id FOREIGN KEY (selection_id) REFERENCES selection (selection_id),
    CONSTRAINT fk_selection_pupil_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    """
CREATE TABLE project (
    project_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    title varchar NOT NULL,
    school_ids uuid[] NOT NULL,
    plan jsonb NOT NULL,
    status varchar NOT NULL,
    verdicts jsonb NOT NULL,
    submitted_by varchar,
    submitted_at timestamptz,
    submit_reason bytea,
    approved_by varchar,
    approved_at timestamptz,
    approve_reason bytea,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_project PRIMARY KEY (project_id),
    CONSTRAINT ck_project_status CHECK (status IN ('draft', 'submitted', 'approved'))
)""",
    """
CREATE TABLE course (
    course_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    project_id uuid NOT NULL,
    school_id uuid NOT NULL,
    class_id uuid,
    variant varchar NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    planned jsonb NOT NULL,
    verdicts jsonb NOT NULL,
    judged_on date NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_course PRIMARY KEY (course_id),
    CONSTRAINT fk_course_project_id FOREIGN KEY (project_id) REFERENCES project (project_id),
    CONSTRAINT fk_course_school_id FOREIGN KEY (school_id) REFERENCES school (school_id),
    CONSTRAINT fk_course_class_id FOREIGN KEY (class_id) REFERENCES class_ (class_id),
    CONSTRAINT ck_course_period CHECK (ends_on >= starts_on)
)""",
    """
CREATE TABLE enrolment (
    enrolment_id uuid NOT NULL,
    course_id uuid NOT NULL,
    pupil_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    grade integer NOT NULL,
    designated boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_enrolment PRIMARY KEY (enrolment_id),
    CONSTRAINT fk_enrolment_course_id FOREIGN KEY (course_id) REFERENCES course (course_id),
    CONSTRAINT fk_enrolment_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT uq_enrolment_course_id_pupil_id UNIQUE (course_id, pupil_id)
)""",
    """
CREATE TABLE course_session (
    course_id uuid NOT NULL,
    held_on date NOT NULL,
    starts_at time NOT NULL,
    municipality_code varchar NOT NULL,
    minutes integer NOT NULL,
    CONSTRAINT pk_course_session PRIMARY KEY (course_id, held_on, starts_at),
    CONSTRAINT fk_course_session_course_id FOREIGN KEY (course_id) REFERENCES course (course_id),
    CONSTRAINT ck_course_session_minutes CHECK (minutes BETWEEN 0 AND 1440)
)""",
)

INDEXES = (
    ("selection", "municipality_code"),
    ("selection_pupil", "pupil_id"),
    ("selection_pupil", "municipality_code"),
    ("project", "municipality_code"),
    ("course", "municipality_code"),
    ("enrolment", "pupil_id"),
    ("enrolment", "municipality_code"),
    ("course_session", "municipality_code"),
)

# What the catalog publishes is open to all, so its copies have no tenant.
TENANTS = ("pupil_month", "completeness", "selection", "selection_pupil", "course", "enrolment", "course_session")


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table, column in INDEXES:
        op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})")
    for table in TENANTS:
        tenancy.enable(op, table, read=[Access.OPERATOR])
    for table in ("selection", "project"):
        rotation.admit(op, table)
    rotation.fence(op, "selection", Ring.DATA, sealed=["reason", "parents_dialogue"])
    rotation.fence(op, "project", Ring.DATA, sealed=["submit_reason", "approve_reason"])
    # The secretariat reads every municipality's projects, and approves them.
    tenancy.enable(op, "project", read=[Access.OPERATOR], write=[Access.SECRETARIAT])


def downgrade() -> None:
    for table in ("course_session", "enrolment", "course", "project", "selection_pupil", "selection"):
        op.execute(f"DROP TABLE {table}")
    for table in ("completeness", "pupil_month", "intervention_type", "rule_set"):
        op.execute(f"DROP TABLE {table}")
