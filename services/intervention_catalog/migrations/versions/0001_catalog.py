"""Published versions of intervention types and rule sets; delivery's tables."""

from alembic import op

from libs.shared.events import STEPS
from libs.shared.idempotency import steps as idempotency

revision = "0001"
down_revision = None

PUBLISHED = ("intervention_type_version", "rule_set_version")


def upgrade() -> None:
    STEPS.up(op, 1)
    STEPS.up(op, 2)
    idempotency.up(op, 1)
    op.execute("""
        CREATE TABLE intervention_type_version (
            intervention_type varchar NOT NULL,
            aggregate_version integer NOT NULL,
            letter varchar NOT NULL,
            name_da varchar NOT NULL,
            name_en varchar NOT NULL,
            variants jsonb NOT NULL,
            valid_from date NOT NULL,
            valid_to date,
            published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_intervention_type_version PRIMARY KEY (intervention_type, aggregate_version),
            CONSTRAINT ck_intervention_type_version_aggregate_version CHECK (aggregate_version > 0),
            CONSTRAINT ck_intervention_type_version_letter CHECK (letter ~ '^[A-E]$'),
            CONSTRAINT ck_intervention_type_version_valid_to CHECK (valid_to > valid_from)
        )
    """)
    op.execute("CREATE INDEX ix_intervention_type_version_letter ON intervention_type_version (letter)")
    op.execute("""
        CREATE TABLE rule_set_version (
            name varchar NOT NULL,
            version integer NOT NULL,
            aggregate_version integer NOT NULL,
            family varchar NOT NULL,
            valid_from date NOT NULL,
            valid_to date,
            content jsonb NOT NULL,
            published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_rule_set_version PRIMARY KEY (name, version),
            CONSTRAINT uq_rule_set_version_name_aggregate_version UNIQUE (name, aggregate_version),
            CONSTRAINT ck_rule_set_version_version CHECK (version > 0),
            CONSTRAINT ck_rule_set_version_aggregate_version CHECK (aggregate_version > 0),
            CONSTRAINT ck_rule_set_version_valid_to CHECK (valid_to > valid_from)
        )
    """)
    # A trigger instead of grants: it also applies to the owner, and needs no role's name.
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a published version is never changed; publish a new one' USING ERRCODE = '23001';
        END $$
    """)
    for table in PUBLISHED:
        op.execute(f"""
            CREATE TRIGGER published_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """)


def downgrade() -> None:
    for table in reversed(PUBLISHED):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
    idempotency.down(op, 1)
    STEPS.down(op, 2)
    STEPS.down(op, 1)
