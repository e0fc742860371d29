"""The 13 questions: assessments of pupils and groups, with every saved version."""

from alembic import op

from libs.shared.db import tenancy

revision = "0020"
down_revision = "0019"

TABLES = {
    "assessment": """
        assessment_id uuid NOT NULL,
        municipality_code varchar NOT NULL,
        school_id uuid NOT NULL,
        as_of date NOT NULL,
        rule_set varchar NOT NULL,
        rule_set_version integer NOT NULL,
        status varchar NOT NULL,
        version integer NOT NULL,
        created_by varchar NOT NULL,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT pk_assessment PRIMARY KEY (assessment_id),
        CONSTRAINT fk_assessment_school_id FOREIGN KEY (school_id) REFERENCES school (school_id),
        CONSTRAINT ck_assessment_status CHECK (status IN ('draft', 'final'))""",
    "assessment_pupil": """
        assessment_id uuid NOT NULL,
        pupil_id uuid NOT NULL,
        municipality_code varchar NOT NULL,
        CONSTRAINT pk_assessment_pupil PRIMARY KEY (assessment_id, pupil_id),
        CONSTRAINT fk_assessment_pupil_assessment_id FOREIGN KEY (assessment_id)
            REFERENCES assessment (assessment_id),
        CONSTRAINT fk_assessment_pupil_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)""",
    "assessment_version": """
        version_id uuid NOT NULL,
        assessment_id uuid NOT NULL,
        version integer NOT NULL,
        municipality_code varchar NOT NULL,
        status varchar NOT NULL,
        answers bytea NOT NULL,
        saved_by varchar NOT NULL,
        saved_at timestamptz NOT NULL,
        CONSTRAINT pk_assessment_version PRIMARY KEY (version_id),
        CONSTRAINT uq_assessment_version_assessment_id_version UNIQUE (assessment_id, version),
        CONSTRAINT fk_assessment_version_assessment_id FOREIGN KEY (assessment_id)
            REFERENCES assessment (assessment_id),
        CONSTRAINT ck_assessment_version_status CHECK (status IN ('draft', 'final'))""",
}

INDEXES = (
    "CREATE INDEX ix_assessment_municipality_code ON assessment (municipality_code)",
    "CREATE INDEX ix_assessment_school_id ON assessment (school_id)",
    "CREATE INDEX ix_assessment_pupil_pupil_id ON assessment_pupil (pupil_id)",
    "CREATE INDEX ix_assessment_pupil_municipality_code ON assessment_pupil (municipality_code)",
    "CREATE INDEX ix_assessment_version_municipality_code ON assessment_version (municipality_code)",
)


def upgrade() -> None:
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
    for statement in INDEXES:
        op.execute(statement)
    for table in TABLES:
        tenancy.enable(op, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
