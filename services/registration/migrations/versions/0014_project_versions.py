"""The structured description of a project, its kept versions and history, and the secretariat's guidance."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

revision = "0014"
down_revision = "0013"

ADDED = (
    "initiative_id uuid",
    "description bytea",
    "budget_total bigint",
    "own_financing bigint",
    "granted_budget bigint",
    "version integer NOT NULL DEFAULT 1",
    "version_in_force integer",
    "remarks bytea",
    "minimums jsonb NOT NULL DEFAULT '[]'",
    "changed_at timestamptz",
)

TABLES = (
    """
CREATE TABLE project_version (
    version_id uuid NOT NULL,
    project_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    version integer NOT NULL,
    submission integer NOT NULL,
    outcome varchar NOT NULL,
    title varchar NOT NULL,
    school_ids uuid[] NOT NULL,
    plan jsonb NOT NULL,
    verdicts jsonb NOT NULL,
    description bytea,
    budget_total bigint,
    own_financing bigint,
    minimums jsonb NOT NULL DEFAULT '[]',
    submitted_by varchar,
    submitted_at timestamptz,
    submit_reason bytea,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    approve_reason bytea,
    remarks bytea,
    CONSTRAINT pk_project_version PRIMARY KEY (version_id),
    CONSTRAINT fk_project_version_project_id FOREIGN KEY (project_id) REFERENCES project (project_id),
    CONSTRAINT uq_project_version_project_id_version_submission UNIQUE (project_id, version, submission),
    CONSTRAINT ck_project_version_outcome CHECK (outcome IN ('returned', 'approved'))
)""",
    """
CREATE TABLE project_step (
    step_id uuid NOT NULL,
    project_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    position integer NOT NULL,
    version integer NOT NULL,
    step varchar NOT NULL,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    remarks bytea,
    CONSTRAINT pk_project_step PRIMARY KEY (step_id),
    CONSTRAINT fk_project_step_project_id FOREIGN KEY (project_id) REFERENCES project (project_id),
    CONSTRAINT uq_project_step_project_id_position UNIQUE (project_id, position)
)""",
    """
CREATE TABLE guidance (
    guidance_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    project_id uuid,
    given_on date NOT NULL,
    kind varchar NOT NULL,
    channel varchar NOT NULL,
    words bytea NOT NULL,
    created_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_guidance PRIMARY KEY (guidance_id),
    CONSTRAINT fk_guidance_project_id FOREIGN KEY (project_id) REFERENCES project (project_id),
    CONSTRAINT ck_guidance_kind
        CHECK (kind IN ('needs', 'efforts', 'organisation', 'budget', 'registration', 'other')),
    CONSTRAINT ck_guidance_channel CHECK (channel IN ('telephone', 'mail', 'meeting', 'visit'))
)""",
    "CREATE INDEX ix_project_initiative_id ON project (initiative_id)",
    "CREATE INDEX ix_project_version_municipality_code ON project_version (municipality_code)",
    "CREATE INDEX ix_project_step_municipality_code ON project_step (municipality_code)",
    "CREATE INDEX ix_guidance_municipality_code ON guidance (municipality_code, given_on)",
)

SEALED = {
    "project_version": ["description", "submit_reason", "approve_reason", "remarks"],
    "project_step": ["remarks"],
    "guidance": ["words"],
}

# The rotation of keys encrypts again what a row holds; nothing else may change or delete one.
_WRITTEN_ONCE = """
CREATE FUNCTION project_written_once() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('skoleloeft.access', true) = 'rotation' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a kept version or step of a project is never changed' USING ERRCODE = 'restrict_violation';
END $function$"""

# Where a version is approved and a later one is being written, the approved one is the project again.
_BACK_TO_THE_ONE_IN_FORCE = """
UPDATE project AS p
   SET title = v.title, school_ids = v.school_ids, plan = v.plan, verdicts = v.verdicts, status = 'approved',
       submitted_by = v.submitted_by, submitted_at = v.submitted_at, submit_reason = NULL,
       approved_by = v.decided_by, approved_at = v.decided_at, approve_reason = NULL
  FROM project_version AS v
 WHERE v.project_id = p.project_id AND v.version = p.version_in_force AND v.outcome = 'approved'
   AND p.version > p.version_in_force"""
# A plan of the release before has a start, an end and an effort; an unfinished draft has none.
_NO_PLAN = """
UPDATE project
   SET plan = '{"scope": "project", "start": "2021-01-01", "last_day": "2021-01-01", "efforts": [{"variant": "A1"}]}'
 WHERE plan IS NULL"""
_FORMER_STATES = """
UPDATE project SET status = CASE WHEN status = 'closed' AND version_in_force IS NOT NULL THEN 'approved'
                                 WHEN status IN ('closed', 'returned') THEN 'draft' ELSE status END"""


def upgrade() -> None:
    for column in ADDED:
        op.execute(f"ALTER TABLE project ADD COLUMN {column}")
    op.execute("ALTER TABLE project ALTER COLUMN plan DROP NOT NULL")
    _status("'draft', 'submitted', 'returned', 'approved', 'closed'")
    for statement in TABLES:
        op.execute(statement)
    for table, columns in SEALED.items():
        # The secretariat reads every municipality's, and decides.
        tenancy.enable(op, table, read=[Access.OPERATOR], write=[Access.SECRETARIAT])
        rotation.admit(op, table)
        rotation.fence(op, table, Ring.DATA, sealed=columns)
    _fence("submit_reason", "approve_reason", "description", "remarks")
    op.execute(_WRITTEN_ONCE)
    for table in ("project_version", "project_step"):
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION project_written_once()"
        )
    _for_everybody("UPDATE project SET version_in_force = 1 WHERE status = 'approved'")


def downgrade() -> None:
    for statement in (_BACK_TO_THE_ONE_IN_FORCE, _NO_PLAN, _FORMER_STATES):
        _for_everybody(statement)
    for table in ("guidance", "project_step", "project_version"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION project_written_once()")
    _status("'draft', 'submitted', 'approved'")
    _fence("submit_reason", "approve_reason")
    op.execute("ALTER TABLE project ALTER COLUMN plan SET NOT NULL")
    for column in ADDED:
        op.execute(f"ALTER TABLE project DROP COLUMN {column.split()[0]}")


def _status(states: str) -> None:
    op.execute("ALTER TABLE project DROP CONSTRAINT ck_project_status")
    op.execute(f"ALTER TABLE project ADD CONSTRAINT ck_project_status CHECK (status IN ({states}))")


def _fence(*columns: str) -> None:
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER fence_{Ring.DATA.value}_{event} ON project")
    rotation.fence(op, "project", Ring.DATA, sealed=columns)


def _for_everybody(statement: str) -> None:
    """Run a statement on the rows of all municipalities: row-level security that is forced on the owner hides them."""
    for table in ("project", "project_version"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    for table in ("project", "project_version"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
