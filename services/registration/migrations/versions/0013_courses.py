"""Courses before names are known, their schedules, planned sessions and attendance, offers, and groups that are split
or merged; the ledger's entry of each course.

Courses that exist get the number of their enrolments as the stated number of pupils, and a code made of their id.
"""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

revision = "0013"
down_revision = "0012"

TABLES = (
    """
CREATE TABLE enrolment_offer (
    course_id uuid NOT NULL,
    pupil_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    decision varchar NOT NULL,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_enrolment_offer PRIMARY KEY (course_id, pupil_id),
    CONSTRAINT fk_enrolment_offer_course_id FOREIGN KEY (course_id) REFERENCES course (course_id),
    CONSTRAINT fk_enrolment_offer_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_enrolment_offer_decision CHECK (decision IN ('accepted', 'declined'))
)""",
    """
CREATE TABLE regrouping (
    regrouping_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    kind varchar NOT NULL,
    day date NOT NULL,
    from_course_id uuid NOT NULL,
    to_course_id uuid NOT NULL,
    pupils integer NOT NULL,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_regrouping PRIMARY KEY (regrouping_id),
    CONSTRAINT fk_regrouping_from_course_id FOREIGN KEY (from_course_id) REFERENCES course (course_id),
    CONSTRAINT fk_regrouping_to_course_id FOREIGN KEY (to_course_id) REFERENCES course (course_id),
    CONSTRAINT ck_regrouping_kind CHECK (kind IN ('split', 'merge'))
)""",
    """
CREATE TABLE attendance (
    course_id uuid NOT NULL,
    held_on date NOT NULL,
    starts_at time NOT NULL,
    pupil_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    minutes integer NOT NULL,
    CONSTRAINT pk_attendance PRIMARY KEY (course_id, held_on, starts_at, pupil_id),
    CONSTRAINT fk_attendance_session FOREIGN KEY (course_id, held_on, starts_at)
        REFERENCES course_session (course_id, held_on, starts_at),
    CONSTRAINT fk_attendance_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT ck_attendance_minutes CHECK (minutes BETWEEN 0 AND 1440)
)""",
    """
CREATE TABLE course_schedule (
    course_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    slots jsonb NOT NULL,
    exceptions jsonb NOT NULL,
    school_days_only boolean NOT NULL,
    CONSTRAINT pk_course_schedule PRIMARY KEY (course_id),
    CONSTRAINT fk_course_schedule_course_id FOREIGN KEY (course_id) REFERENCES course (course_id)
)""",
    """
CREATE TABLE planned_session (
    course_id uuid NOT NULL,
    day date NOT NULL,
    starts_at time NOT NULL,
    municipality_code varchar NOT NULL,
    minutes integer NOT NULL,
    state varchar NOT NULL,
    reason varchar,
    held_on date,
    held_at time,
    CONSTRAINT pk_planned_session PRIMARY KEY (course_id, day, starts_at),
    CONSTRAINT fk_planned_session_course_id FOREIGN KEY (course_id) REFERENCES course (course_id),
    CONSTRAINT ck_planned_session_state CHECK (state IN ('planned', 'held', 'changed', 'cancelled')),
    CONSTRAINT ck_planned_session_minutes CHECK (minutes BETWEEN 1 AND 1440),
    CONSTRAINT ck_planned_session_held CHECK ((held_on IS NULL) = (held_at IS NULL))
)""",
)

NEW = ("enrolment_offer", "regrouping", "attendance", "course_schedule", "planned_session")

INDEXES = (
    *((table, "municipality_code") for table in NEW),
    ("enrolment_offer", "pupil_id"),
    ("attendance", "pupil_id"),
    ("regrouping", "from_course_id"),
    ("regrouping", "to_course_id"),
    ("course", "class_id"),
)

COLUMNS = (
    ("initiative_id", "uuid", None),
    ("code", "varchar", "''"),
    ("subjects", "text[]", "'{}'"),
    ("staff", "jsonb", "'[]'"),
    ("stated", "integer", "0"),
    ("planned_last_day", "date", None),
    ("end_reason", "varchar", None),
    ("end_note", "bytea", None),
    ("continues", "uuid", None),
    ("minimum", "jsonb", "'[]'"),
    ("entry", "jsonb", None),
    ("outcome", "varchar", "'unknown'"),
    ("attention", "text[]", "'{}'"),
    ("share", "numeric(9, 2)", None),
)
"""The new columns of a course, with what the existing courses get."""


def _forced(table: str, yes: bool) -> None:
    op.execute(f"ALTER TABLE {table} {'' if yes else 'NO '}FORCE ROW LEVEL SECURITY")


def upgrade() -> None:
    for name, type_, existing in COLUMNS:
        default = "" if existing is None else f" NOT NULL DEFAULT {existing}"
        op.execute(f"ALTER TABLE course ADD COLUMN {name} {type_}{default}")
        if existing is not None:
            op.execute(f"ALTER TABLE course ALTER COLUMN {name} DROP DEFAULT")
    # Of all municipalities: row-level security that is forced on the owner would hide their rows.
    for table in ("course", "enrolment"):
        _forced(table, False)
    op.execute(
        "UPDATE course AS c SET code = c.variant || '-' || left(c.course_id::text, 13),"
        " stated = (SELECT count(*) FROM enrolment AS e WHERE e.course_id = c.course_id)"
    )
    for table in ("course", "enrolment"):
        _forced(table, True)
    op.execute("ALTER TABLE course ADD CONSTRAINT uq_course_school_id_code UNIQUE (school_id, code)")
    op.execute("ALTER TABLE course ADD CONSTRAINT fk_course_continues FOREIGN KEY (continues) REFERENCES course")
    op.execute("ALTER TABLE course ADD CONSTRAINT ck_course_stated CHECK (stated >= 0)")
    op.execute(
        "ALTER TABLE course ADD CONSTRAINT ck_course_planned_last_day"
        " CHECK (planned_last_day IS NULL OR planned_last_day >= last_day)"
    )
    op.execute(
        "ALTER TABLE course ADD CONSTRAINT ck_course_end_reason"
        " CHECK ((planned_last_day IS NULL) = (end_reason IS NULL))"
    )
    op.execute("ALTER TABLE enrolment ADD COLUMN origin varchar NOT NULL DEFAULT 'named'")
    op.execute("ALTER TABLE enrolment ALTER COLUMN origin DROP DEFAULT")
    op.execute("ALTER TABLE enrolment ADD COLUMN end_reason varchar")
    op.execute("ALTER TABLE enrolment DROP CONSTRAINT uq_enrolment_course_id_pupil_id")
    op.execute(
        "ALTER TABLE enrolment ADD CONSTRAINT uq_enrolment_course_id_pupil_id_valid_from"
        " UNIQUE (course_id, pupil_id, valid_from)"
    )
    op.execute("ALTER TABLE enrolment ADD CONSTRAINT ck_enrolment_interval CHECK (valid_to >= valid_from)")
    op.execute("ALTER TABLE course_session ADD COLUMN pupils integer")
    op.execute("ALTER TABLE course_session ADD CONSTRAINT ck_course_session_pupils CHECK (pupils >= 0)")
    for statement in TABLES:
        op.execute(statement)
    for table, column in INDEXES:
        op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})")
    for table in NEW:
        tenancy.enable(op, table, read=[Access.OPERATOR])
    # The secretariat sees which courses are at risk, of every municipality.
    op.execute(
        "CREATE POLICY secretariat_reads ON course FOR SELECT"
        " USING ((SELECT current_setting('skoleloeft.access', true)) = 'secretariat')"
    )
    rotation.admit(op, "course")
    rotation.fence(op, "course", Ring.DATA, sealed=["end_note"])


def downgrade() -> None:
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER fence_data_{event} ON course")
    for policy in ("rotation_writes", "secretariat_reads"):
        op.execute(f"DROP POLICY {policy} ON course")
    for table in reversed(NEW):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE course_session DROP COLUMN pupils")
    _forced("enrolment", False)
    # Only one enrolment of a pupil in a course can be kept: the last one.
    op.execute(
        "DELETE FROM enrolment AS e USING enrolment AS later WHERE later.course_id = e.course_id"
        " AND later.pupil_id = e.pupil_id AND later.valid_from > e.valid_from"
    )
    _forced("enrolment", True)
    op.execute("ALTER TABLE enrolment DROP CONSTRAINT ck_enrolment_interval")
    op.execute("ALTER TABLE enrolment DROP CONSTRAINT uq_enrolment_course_id_pupil_id_valid_from")
    op.execute("ALTER TABLE enrolment ADD CONSTRAINT uq_enrolment_course_id_pupil_id UNIQUE (course_id, pupil_id)")
    op.execute("ALTER TABLE enrolment DROP COLUMN end_reason")
    op.execute("ALTER TABLE enrolment DROP COLUMN origin")
    op.execute("DROP INDEX ix_course_class_id")
    op.execute("ALTER TABLE course DROP CONSTRAINT ck_course_end_reason")
    for name, _, _ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE course DROP COLUMN {name}")
