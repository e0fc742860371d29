"""Pupils' names are protected, and who has one shown all the same is recorded for good."""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.imports.staging import tables as staging
from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

revision = "0015"
down_revision = "0014"

TABLES = (
    """
CREATE TABLE name_protection_change (
    change_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    pupil_id uuid NOT NULL,
    name_protected boolean NOT NULL,
    receipt_id uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pk_name_protection_change PRIMARY KEY (change_id),
    CONSTRAINT fk_name_protection_change_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id)
)""",
    "CREATE INDEX ix_name_protection_change_pupil_id ON name_protection_change (pupil_id)",
    """
CREATE INDEX ix_name_protection_change_changed_at
    ON name_protection_change (municipality_code, changed_at, change_id)""",
    """
CREATE TABLE name_disclosure (
    disclosure_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    pupil_id uuid NOT NULL,
    case_id uuid,
    purpose varchar NOT NULL,
    reason bytea NOT NULL,
    disclosed_by varchar NOT NULL,
    disclosed_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT pk_name_disclosure PRIMARY KEY (disclosure_id),
    CONSTRAINT fk_name_disclosure_pupil_id FOREIGN KEY (pupil_id) REFERENCES pupil (pupil_id),
    CONSTRAINT fk_name_disclosure_case_id FOREIGN KEY (case_id) REFERENCES identity_case (case_id),
    CONSTRAINT ck_name_disclosure_purpose CHECK (purpose IN ('identity', 'parents', 'support', 'safety')),
    CONSTRAINT ck_name_disclosure_period CHECK (ends_at > disclosed_at)
)""",
    "CREATE INDEX ix_name_disclosure_pupil_id ON name_disclosure (pupil_id)",
    "CREATE INDEX ix_name_disclosure_disclosed_at ON name_disclosure (municipality_code, disclosed_at, disclosure_id)",
)

# Two columns may change: the reason, which a rotation of keys encrypts again, and the pupil, who may be joined with
# another id of the same child. Who had the name shown, when and for what stays.
_KEPT = """
CREATE FUNCTION name_disclosure_kept() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND (new.disclosure_id, new.municipality_code, new.purpose, new.disclosed_by,
                             new.disclosed_at, new.ends_at)
                          = (old.disclosure_id, old.municipality_code, old.purpose, old.disclosed_by,
                             old.disclosed_at, old.ends_at) THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'disclosures of names are kept as they were recorded' USING ERRCODE = 'restrict_violation';
END $function$
"""


def upgrade() -> None:
    for table in ("pupil", "identity_case"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN name_protected boolean NOT NULL DEFAULT false")
    op.execute("CREATE INDEX ix_pupil_name_protected ON pupil (municipality_code) WHERE name_protected")
    for statement in TABLES:
        op.execute(statement)
    for table in ("name_protection_change", "name_disclosure"):
        tenancy.enable(op, table, read=[Access.OPERATOR])
    rotation.admit(op, "name_disclosure")
    rotation.fence(op, "name_disclosure", Ring.DATA, sealed=["reason"])
    op.execute(_KEPT)
    op.execute(
        "CREATE TRIGGER name_disclosure_kept BEFORE UPDATE OR DELETE ON name_disclosure"
        " FOR EACH ROW EXECUTE FUNCTION name_disclosure_kept()"
    )
    staging.add_columns(op, PUPILS, "name_protected")


def downgrade() -> None:
    staging.drop_columns(op, PUPILS, "name_protected")
    op.execute("DROP TABLE name_disclosure")
    op.execute("DROP FUNCTION name_disclosure_kept()")
    op.execute("DROP TABLE name_protection_change")
    for table in ("pupil", "identity_case"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN name_protected")
