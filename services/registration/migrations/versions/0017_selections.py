"""Kept gross lists, reasons, marks and reversals of selections, and the aggregate that tells selections to others.

A kept list is written once: a trigger refuses every change of it and of its rows. A row may be deleted, with its pupil.
"""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0017"
down_revision = "0016"

TABLES = (
    """
CREATE TABLE kept_list (
    kept_list_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    school_id uuid,
    as_of date NOT NULL,
    filters jsonb NOT NULL,
    rule_set varchar NOT NULL,
    version integer NOT NULL,
    screened integer NOT NULL,
    not_shown integer NOT NULL,
    flagged integer NOT NULL,
    expected_percent numeric NOT NULL,
    outcomes jsonb NOT NULL,
    pupils integer NOT NULL,
    kept_by varchar NOT NULL,
    kept_at timestamptz NOT NULL,
    CONSTRAINT pk_kept_list PRIMARY KEY (kept_list_id),
    CONSTRAINT fk_kept_list_school_id FOREIGN KEY (school_id) REFERENCES school (school_id)
)""",
    "CREATE INDEX ix_kept_list_municipality_code ON kept_list (municipality_code)",
    "CREATE INDEX ix_kept_list_school_id ON kept_list (school_id)",
    """
CREATE TABLE kept_list_pupil (
    kept_list_id uuid NOT NULL,
    position integer NOT NULL,
    pupil_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    school_id uuid NOT NULL,
    institution_number varchar NOT NULL,
    class_id uuid NOT NULL,
    class_name varchar NOT NULL,
    grade integer NOT NULL,
    verdicts jsonb NOT NULL,
    CONSTRAINT pk_kept_list_pupil PRIMARY KEY (kept_list_id, position),
    CONSTRAINT fk_kept_list_pupil_kept_list_id FOREIGN KEY (kept_list_id) REFERENCES kept_list (kept_list_id),
    CONSTRAINT fk_kept_list_pupil_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    "CREATE INDEX ix_kept_list_pupil_pupil_id ON kept_list_pupil (pupil_id)",
    "CREATE INDEX ix_kept_list_pupil_municipality_code ON kept_list_pupil (municipality_code)",
    """
CREATE TABLE selection_mark (
    selection_id uuid NOT NULL,
    pupil_id uuid NOT NULL,
    version integer NOT NULL,
    municipality_code varchar NOT NULL,
    designated boolean NOT NULL,
    marked_by varchar NOT NULL,
    marked_at timestamptz NOT NULL,
    CONSTRAINT pk_selection_mark PRIMARY KEY (selection_id, pupil_id, version),
    CONSTRAINT fk_selection_mark_selection_id FOREIGN KEY (selection_id) REFERENCES selection (selection_id),
    CONSTRAINT fk_selection_mark_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    "CREATE INDEX ix_selection_mark_pupil_id ON selection_mark (pupil_id)",
    "CREATE INDEX ix_selection_mark_municipality_code ON selection_mark (municipality_code)",
    """
CREATE TABLE screening (
    pupil_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_screening PRIMARY KEY (pupil_id),
    CONSTRAINT fk_screening_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    "CREATE INDEX ix_screening_municipality_code ON screening (municipality_code)",
)

SELECTION = (
    "ALTER TABLE selection ADD COLUMN reasons varchar[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE selection ALTER COLUMN reasons DROP DEFAULT",
    "ALTER TABLE selection ADD COLUMN kept_list_id uuid",
    "ALTER TABLE selection ADD COLUMN reversed_on date",
    "ALTER TABLE selection ADD COLUMN reversed_by varchar",
    "ALTER TABLE selection ADD COLUMN reversed_at timestamptz",
    "ALTER TABLE selection ADD COLUMN reversal_reason bytea",
    "ALTER TABLE selection ADD COLUMN version integer NOT NULL DEFAULT 1",
    "ALTER TABLE selection ALTER COLUMN version DROP DEFAULT",
    """
ALTER TABLE selection ADD CONSTRAINT fk_selection_kept_list_id FOREIGN KEY (kept_list_id)
    REFERENCES kept_list (kept_list_id)""",
    """
ALTER TABLE selection ADD CONSTRAINT ck_selection_reversal CHECK (
    (reversed_on IS NULL) = (reversed_by IS NULL) AND (reversed_on IS NULL) = (reversed_at IS NULL)
    AND (reversed_on IS NULL) = (reversal_reason IS NULL))""",
    "CREATE INDEX ix_selection_school_id ON selection (school_id)",
    "ALTER TABLE selection_pupil ADD COLUMN designated boolean NOT NULL DEFAULT false",
    "ALTER TABLE selection_pupil ALTER COLUMN designated DROP DEFAULT",
)

WRITTEN_ONCE = ("kept_list", "kept_list_pupil")


def upgrade() -> None:
    for statement in (*TABLES, *SELECTION):
        op.execute(statement)
    for table in ("kept_list", "kept_list_pupil", "selection_mark"):
        tenancy.enable(op, table)
    tenancy.enable(op, "screening", read=[Access.OPERATOR])
    op.execute(
        "CREATE FUNCTION kept_list_written_once() RETURNS trigger LANGUAGE plpgsql AS $function$"
        " BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $function$"
    )
    for table in WRITTEN_ONCE:
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION kept_list_written_once()"
        )
    # Each pupil of the decisions made so far has an aggregate, which is published by ``republish``.
    op.execute("ALTER TABLE selection_pupil NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE screening NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO screening (pupil_id, municipality_code, aggregate_version)"
        " SELECT DISTINCT pupil_id, municipality_code, 1 FROM selection_pupil"
    )
    op.execute("ALTER TABLE screening FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE selection_pupil FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("ALTER TABLE selection_pupil DROP COLUMN designated")
    op.execute("DROP INDEX ix_selection_school_id")
    op.execute("ALTER TABLE selection DROP CONSTRAINT ck_selection_reversal")
    columns = ("version", "reversal_reason", "reversed_at", "reversed_by", "reversed_on", "kept_list_id", "reasons")
    for column in columns:
        op.execute(f"ALTER TABLE selection DROP COLUMN {column}")
    for table in ("screening", "selection_mark", "kept_list_pupil", "kept_list"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION kept_list_written_once()")
