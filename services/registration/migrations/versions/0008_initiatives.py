"""Initiatives: shares, invitations and answers, allocations, grants and what is passed on, and the history.

What a municipality may read of an initiative follows from its invitation. Allocations, their parts, entries of the
account and steps are written once: a trigger refuses every change of them, whoever asks.
"""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0008"
down_revision = "0007"

TABLES = (
    """
CREATE TABLE initiative (
    initiative_id uuid NOT NULL,
    title varchar NOT NULL,
    status varchar NOT NULL,
    start date NOT NULL,
    last_day date NOT NULL,
    reference_date date NOT NULL,
    pool bigint NOT NULL,
    invited integer NOT NULL,
    comparison_from_percent numeric(5, 2) NOT NULL,
    rule_sets jsonb NOT NULL,
    allocation_number integer NOT NULL,
    created_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_initiative PRIMARY KEY (initiative_id),
    CONSTRAINT ck_initiative_status CHECK (status IN ('open', 'closed')),
    CONSTRAINT ck_initiative_period CHECK (last_day >= start),
    CONSTRAINT ck_initiative_pool CHECK (pool >= 0),
    CONSTRAINT ck_initiative_invited CHECK (invited >= 1)
)""",
    """
CREATE TABLE initiative_share (
    initiative_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    share_percent numeric(5, 2) NOT NULL,
    source varchar NOT NULL,
    reference_date date NOT NULL,
    loaded_by varchar NOT NULL,
    loaded_at timestamptz NOT NULL,
    CONSTRAINT pk_initiative_share PRIMARY KEY (initiative_id, municipality_code),
    CONSTRAINT fk_initiative_share_initiative_id FOREIGN KEY (initiative_id) REFERENCES initiative (initiative_id),
    CONSTRAINT ck_initiative_share_share_percent CHECK (share_percent BETWEEN 0 AND 100)
)""",
    """
CREATE TABLE initiative_invitation (
    initiative_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    status varchar NOT NULL,
    by_rule boolean NOT NULL,
    invite_reason varchar,
    invited_by varchar NOT NULL,
    invited_at timestamptz NOT NULL,
    answer_by date NOT NULL,
    answered_by varchar,
    answered_at timestamptz,
    decided_on date,
    late boolean NOT NULL,
    answer_reason varchar,
    allocated bigint,
    released bigint NOT NULL,
    released_by varchar,
    released_at timestamptz,
    project_id uuid,
    passed_on bigint NOT NULL,
    aggregate_version integer NOT NULL,
    CONSTRAINT pk_initiative_invitation PRIMARY KEY (initiative_id, municipality_code),
    CONSTRAINT fk_initiative_invitation_initiative_id FOREIGN KEY (initiative_id)
        REFERENCES initiative (initiative_id),
    CONSTRAINT ck_initiative_invitation_status
        CHECK (status IN ('invited', 'accepted', 'declined', 'withdrawn')),
    CONSTRAINT ck_initiative_invitation_allocated CHECK (allocated >= 0),
    CONSTRAINT ck_initiative_invitation_passed_on CHECK (passed_on >= 0 AND passed_on <= released),
    CONSTRAINT ck_initiative_invitation_answered CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
    CONSTRAINT ck_initiative_invitation_release CHECK ((released_at IS NULL) = (project_id IS NULL))
)""",
    """
CREATE TABLE initiative_allocation (
    initiative_id uuid NOT NULL,
    number integer NOT NULL,
    rule_set varchar NOT NULL,
    rule_set_version integer NOT NULL,
    pool bigint NOT NULL,
    kept bigint NOT NULL,
    divided bigint NOT NULL,
    share_sum numeric(8, 2) NOT NULL,
    reason varchar,
    allocated_by varchar NOT NULL,
    allocated_at timestamptz NOT NULL,
    CONSTRAINT pk_initiative_allocation PRIMARY KEY (initiative_id, number),
    CONSTRAINT fk_initiative_allocation_initiative_id FOREIGN KEY (initiative_id)
        REFERENCES initiative (initiative_id),
    CONSTRAINT ck_initiative_allocation_number CHECK (number >= 1)
)""",
    """
CREATE TABLE initiative_allocation_part (
    initiative_id uuid NOT NULL,
    number integer NOT NULL,
    municipality_code varchar NOT NULL,
    share_percent numeric(5, 2) NOT NULL,
    basis varchar NOT NULL,
    whole_kroner bigint,
    remainder bigint,
    remainder_order integer,
    amount bigint NOT NULL,
    before bigint,
    CONSTRAINT pk_initiative_allocation_part PRIMARY KEY (initiative_id, number, municipality_code),
    CONSTRAINT fk_initiative_allocation_part_initiative_id FOREIGN KEY (initiative_id)
        REFERENCES initiative (initiative_id),
    CONSTRAINT ck_initiative_allocation_part_basis CHECK (basis IN ('share', 'released', 'spent')),
    CONSTRAINT ck_initiative_allocation_part_amount CHECK (amount >= 0),
    CONSTRAINT ck_initiative_allocation_part_formula CHECK ((basis = 'share') = (whole_kroner IS NOT NULL))
)""",
    """
CREATE TABLE initiative_passed_on (
    entry_id uuid NOT NULL,
    initiative_id uuid NOT NULL,
    municipality_code varchar NOT NULL,
    school_id uuid NOT NULL,
    institution_number varchar NOT NULL,
    amount bigint NOT NULL,
    given_on date NOT NULL,
    corrects uuid,
    reason varchar,
    entered_by varchar NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT pk_initiative_passed_on PRIMARY KEY (entry_id),
    CONSTRAINT fk_initiative_passed_on_initiative_id FOREIGN KEY (initiative_id)
        REFERENCES initiative (initiative_id),
    CONSTRAINT fk_initiative_passed_on_school_id FOREIGN KEY (school_id) REFERENCES school (school_id),
    CONSTRAINT fk_initiative_passed_on_corrects FOREIGN KEY (corrects) REFERENCES initiative_passed_on (entry_id),
    CONSTRAINT ck_initiative_passed_on_amount CHECK (corrects IS NOT NULL OR amount > 0),
    CONSTRAINT ck_initiative_passed_on_reason CHECK (corrects IS NULL OR reason IS NOT NULL)
)""",
    """
CREATE TABLE initiative_step (
    step_id uuid NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    initiative_id uuid NOT NULL,
    municipality_code varchar,
    step varchar NOT NULL,
    details jsonb NOT NULL,
    reason varchar,
    taken_by varchar NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT pk_initiative_step PRIMARY KEY (step_id),
    CONSTRAINT fk_initiative_step_initiative_id FOREIGN KEY (initiative_id) REFERENCES initiative (initiative_id)
)""",
    "CREATE INDEX ix_initiative_step_initiative_id ON initiative_step (initiative_id, position)",
    "CREATE INDEX ix_initiative_passed_on_initiative_id ON initiative_passed_on (initiative_id, municipality_code)",
)

OF_MUNICIPALITIES = (
    "initiative_share",
    "initiative_invitation",
    "initiative_allocation_part",
    "initiative_passed_on",
    "initiative_step",
)
WRITTEN_ONCE = ("initiative_allocation", "initiative_allocation_part", "initiative_passed_on", "initiative_step")

# Read by the municipalities that are invited: the subquery is itself filtered by the policies of its table.
_INVITED = (
    "CREATE POLICY invited_reads ON {table} FOR SELECT USING (EXISTS (SELECT FROM initiative_invitation AS i"
    " WHERE i.initiative_id = {table}.initiative_id))"
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in OF_MUNICIPALITIES:
        op.execute(f"CREATE INDEX ix_{table}_municipality_code ON {table} (municipality_code)")
        tenancy.enable(op, table, read=[Access.OPERATOR, Access.EVALUATOR], write=[Access.SECRETARIAT])
    for table in ("initiative", "initiative_allocation"):
        tenancy.enable_named(op, table, read=[Access.OPERATOR, Access.EVALUATOR], write=[Access.SECRETARIAT])
        op.execute(_INVITED.format(table=table))
    op.execute(
        "CREATE FUNCTION initiative_written_once() RETURNS trigger LANGUAGE plpgsql AS $function$"
        " BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $function$"
    )
    for table in WRITTEN_ONCE:
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION initiative_written_once()"
        )
    op.execute("ALTER TABLE municipality ADD COLUMN status_from varchar NOT NULL DEFAULT 'secretariat'")
    op.execute(
        "ALTER TABLE municipality ADD CONSTRAINT ck_municipality_status_from"
        " CHECK (status_from IN ('secretariat', 'initiative'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE municipality DROP COLUMN status_from")
    for table in ("initiative_step", "initiative_passed_on", "initiative_allocation_part", "initiative_allocation"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION initiative_written_once()")
    # The policies of these two name the invitations.
    op.execute("DROP POLICY invited_reads ON initiative")
    for table in ("initiative_invitation", "initiative_share", "initiative"):
        op.execute(f"DROP TABLE {table}")
