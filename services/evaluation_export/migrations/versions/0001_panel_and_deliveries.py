"""The read models, the deliveries and the tables of the delivery library."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.events import STEPS
from libs.shared.idempotency import steps as idempotency

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT = {
    "municipality": """
        municipality_code text NOT NULL,
        name text NOT NULL,
        status text NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_municipality PRIMARY KEY (municipality_code)""",
    "school": """
        school_id uuid NOT NULL,
        municipality_code text NOT NULL,
        institution_number text NOT NULL,
        kind text NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_school PRIMARY KEY (school_id)""",
    "calendar": """
        school_id uuid NOT NULL,
        school_year text NOT NULL,
        municipality_code text NOT NULL,
        school_days date[] NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_calendar PRIMARY KEY (school_id, school_year)""",
    "class_": """
        class_id uuid NOT NULL,
        municipality_code text NOT NULL,
        kind text NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_class_ PRIMARY KEY (class_id)""",
    "pupil": """
        pupil_id uuid NOT NULL,
        municipality_code text NOT NULL,
        person_id uuid NOT NULL,
        has_cpr_number boolean NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_pupil PRIMARY KEY (pupil_id)""",
    "membership": """
        pupil_id uuid NOT NULL,
        class_id uuid NOT NULL,
        valid_from date NOT NULL,
        valid_to date NOT NULL,
        municipality_code text NOT NULL,
        school_id uuid NOT NULL,
        institution_number text NOT NULL,
        CONSTRAINT pk_membership PRIMARY KEY (pupil_id, class_id, valid_from)""",
    "project": """
        project_id uuid NOT NULL,
        municipality_code text NOT NULL,
        status text NOT NULL,
        variants text[] NOT NULL,
        start date NOT NULL,
        "end" date NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_project PRIMARY KEY (project_id)""",
    "enrolment": """
        enrolment_id uuid NOT NULL,
        municipality_code text NOT NULL,
        pupil_id uuid NOT NULL,
        course_id uuid NOT NULL,
        school_id uuid NOT NULL,
        variant text NOT NULL,
        grade integer NOT NULL,
        valid_from date NOT NULL,
        valid_to date NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_enrolment PRIMARY KEY (enrolment_id)""",
    "dosage": """
        course_id uuid NOT NULL,
        municipality_code text NOT NULL,
        variant text NOT NULL,
        start date NOT NULL,
        "end" date NOT NULL,
        unit text NOT NULL,
        delivered numeric NOT NULL,
        sessions integer NOT NULL,
        planned_outcome text,
        delivered_outcome text,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_dosage PRIMARY KEY (course_id)""",
    "pupil_month": """
        pupil_id uuid NOT NULL,
        month text NOT NULL,
        municipality_code text NOT NULL,
        illness numeric(4, 1) NOT NULL,
        authorised numeric(4, 1) NOT NULL,
        unauthorised numeric(4, 1) NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_pupil_month PRIMARY KEY (pupil_id, month)""",
    "completeness": """
        institution_number text NOT NULL,
        month text NOT NULL,
        municipality_code text NOT NULL,
        reported boolean NOT NULL,
        pupil_months integer,
        aggregate_version integer NOT NULL,
        CONSTRAINT pk_completeness PRIMARY KEY (institution_number, month)""",
}


def upgrade() -> None:
    STEPS.up(op, 1)
    STEPS.up(op, 2)
    idempotency.up(op, 1)
    op.execute(
        """
        CREATE TABLE intervention_type (
            letter text NOT NULL,
            intervention_type text NOT NULL,
            name jsonb NOT NULL,
            variants jsonb NOT NULL,
            aggregate_version integer NOT NULL,
            CONSTRAINT pk_intervention_type PRIMARY KEY (letter))
        """
    )
    for table, columns in TENANT.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        tenancy.enable(op, table, read=[Access.EVALUATOR, Access.OPERATOR])
    op.execute("CREATE INDEX ix_membership_school_id ON membership (school_id)")
    op.execute("CREATE INDEX ix_enrolment_valid_from ON enrolment (valid_from)")
    op.execute(
        """
        CREATE TABLE delivery (
            id uuid NOT NULL,
            product text NOT NULL,
            school_year text NOT NULL,
            status text NOT NULL,
            failure text,
            requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            finished_at timestamptz,
            bundle bytea,
            bundle_sha256 text,
            files jsonb,
            CONSTRAINT pk_delivery PRIMARY KEY (id),
            CONSTRAINT ck_delivery_status CHECK (status IN ('requested', 'ready', 'failed')),
            CONSTRAINT ck_delivery_bundle CHECK ((status = 'ready') = (bundle IS NOT NULL)))
        """
    )
    op.execute("CREATE INDEX ix_delivery_requested_at ON delivery (requested_at)")
    op.execute(
        """
        CREATE TABLE delivery_attempt (
            delivery_id uuid NOT NULL,
            started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_delivery_attempt PRIMARY KEY (delivery_id, started_at),
            CONSTRAINT fk_delivery_attempt_delivery_id FOREIGN KEY (delivery_id) REFERENCES delivery (id))
        """
    )
    op.execute(
        """
        CREATE TABLE release (
            number bigint GENERATED ALWAYS AS IDENTITY,
            delivery_id uuid NOT NULL,
            product text NOT NULL,
            school_year text NOT NULL,
            released_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            key_check bytea NOT NULL,
            CONSTRAINT pk_release PRIMARY KEY (number),
            CONSTRAINT uq_release_delivery_id UNIQUE (delivery_id))
        """
    )
    op.execute(
        """
        CREATE TABLE released_group (
            release bigint NOT NULL,
            period text NOT NULL,
            name text NOT NULL,
            members bytea NOT NULL,
            fingerprints bytea NOT NULL,
            figures jsonb NOT NULL,
            CONSTRAINT pk_released_group PRIMARY KEY (release, period, name),
            CONSTRAINT fk_released_group_release FOREIGN KEY (release) REFERENCES release (number))
        """
    )
    op.execute("CREATE INDEX ix_released_group_period ON released_group (period)")
    for table in ("delivery", "delivery_attempt", "release", "released_group"):
        tenancy.enable_named(op, table, read=[Access.OPERATOR], write=[Access.EVALUATOR])


def downgrade() -> None:
    for table in ("released_group", "release", "delivery_attempt", "delivery", *reversed(TENANT), "intervention_type"):
        op.execute(f"DROP TABLE {table}")
    idempotency.down(op, 1)
    STEPS.down(op, 2)
    STEPS.down(op, 1)
