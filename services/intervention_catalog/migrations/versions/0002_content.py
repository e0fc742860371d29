"""All content in one table of published records, the order of changes, and drafts.

The types published so far move into the new table as they are, so that their versions keep rising: consumers ignore an
event whose version is not above what they have.
"""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0002"
down_revision = "0001"

FINAL = ("publication", "catalog_change")

_TYPES_UP = """
INSERT INTO publication (kind, item_id, version, valid_from, valid_to, withdrawn, content, origin, published_at)
SELECT 'intervention_type', letter, aggregate_version, valid_from, valid_to, false,
       jsonb_build_object('letter', letter, 'intervention_type', intervention_type,
           'name', jsonb_build_object('da', name_da, 'en', name_en),
           'variants', (SELECT jsonb_agg(jsonb_build_object('id', v -> 'variant', 'name', v -> 'name',
               'group', v -> 'group', 'group_size', v -> 'group_size', 'minimum_phases', v -> 'minimum') ORDER BY place)
               FROM jsonb_array_elements(variants) WITH ORDINALITY AS each (v, place))),
       'packaged', published_at
  FROM intervention_type_version
"""

_TYPES_DOWN = """
INSERT INTO intervention_type_version
       (intervention_type, aggregate_version, letter, name_da, name_en, variants, valid_from, valid_to, published_at)
SELECT content ->> 'intervention_type', version, item_id, content #>> '{name,da}', content #>> '{name,en}',
       (SELECT jsonb_agg(jsonb_build_object('variant', v -> 'id', 'name', v -> 'name',
           'group', coalesce(v -> 'group', content -> 'form'), 'group_size', v -> 'group_size',
           'minimum', v -> 'minimum_phases') ORDER BY place)
           FROM jsonb_array_elements(content -> 'variants') WITH ORDINALITY AS each (v, place)),
       valid_from, CASE WHEN valid_to > valid_from THEN valid_to WHEN valid_to IS NOT NULL THEN valid_from + 1 END,
       published_at
  FROM publication WHERE kind = 'intervention_type'
"""

_CHANGES = """
INSERT INTO catalog_change (revision, kind, item_id, version, withdrawn, changed_at)
SELECT row_number() OVER (ORDER BY published_at, kind, item_id, version), kind, item_id, version, false, published_at
  FROM (SELECT kind, item_id, version, published_at FROM publication
        UNION ALL SELECT 'rule_set', name, version, published_at FROM rule_set_version) AS published
"""


def upgrade() -> None:
    op.execute("""
        CREATE TABLE publication (
            kind varchar NOT NULL,
            item_id varchar NOT NULL,
            version integer NOT NULL,
            valid_from date NOT NULL,
            valid_to date,
            withdrawn boolean NOT NULL,
            reason varchar,
            content jsonb NOT NULL,
            origin varchar NOT NULL,
            published_by varchar,
            institution_numbers varchar[],
            published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_publication PRIMARY KEY (kind, item_id, version),
            CONSTRAINT ck_publication_version CHECK (version > 0),
            CONSTRAINT ck_publication_valid_to
                CHECK (valid_to > valid_from OR (withdrawn AND valid_to = valid_from)),
            CONSTRAINT ck_publication_reason
                CHECK (withdrawn = (reason IS NOT NULL) AND
                    reason IN ('outdated', 'ended', 'replaced', 'wrong', 'on_request', 'unsuitable')),
            CONSTRAINT ck_publication_origin CHECK (origin IN ('packaged', 'draft'))
        )
    """)
    op.execute("CREATE INDEX ix_publication_kind_item_id_valid_from ON publication (kind, item_id, valid_from)")
    op.execute("""
        CREATE TABLE catalog_change (
            revision bigint NOT NULL,
            kind varchar NOT NULL,
            item_id varchar NOT NULL,
            version integer NOT NULL,
            withdrawn boolean NOT NULL,
            changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_catalog_change PRIMARY KEY (revision),
            CONSTRAINT ck_catalog_change_revision CHECK (revision > 0),
            CONSTRAINT uq_catalog_change_kind_item_id_version UNIQUE (kind, item_id, version)
        )
    """)
    op.execute(_TYPES_UP)
    op.execute(_CHANGES)
    op.execute("DROP TABLE intervention_type_version")
    for table in FINAL:
        _make_final(table)
    op.execute("""
        CREATE TABLE draft (
            draft_id uuid NOT NULL,
            kind varchar NOT NULL,
            item_id varchar NOT NULL,
            municipality_code varchar,
            institution_numbers varchar[],
            state varchar NOT NULL,
            content jsonb NOT NULL,
            valid_from date,
            valid_to date,
            version integer NOT NULL,
            created_by varchar NOT NULL,
            created_at timestamptz NOT NULL,
            changed_by varchar NOT NULL,
            changed_at timestamptz NOT NULL,
            submitted_by varchar,
            submitted_at timestamptz,
            reviewed_by varchar,
            reviewed_at timestamptz,
            review_note varchar,
            published_version integer,
            CONSTRAINT pk_draft PRIMARY KEY (draft_id),
            CONSTRAINT ck_draft_state CHECK (state IN ('draft', 'submitted', 'returned', 'published')),
            CONSTRAINT ck_draft_published_version CHECK ((state = 'published') = (published_version IS NOT NULL))
        )
    """)
    op.execute("CREATE INDEX ix_draft_municipality_code ON draft (municipality_code)")
    # The secretariat's own drafts have no municipality, so no tenant's policy lets them through.
    tenancy.enable(op, "draft", write=[Access.SECRETARIAT])


def downgrade() -> None:
    op.execute("DROP TABLE draft")
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
    op.execute(_TYPES_DOWN)
    _make_final("intervention_type_version")
    for table in reversed(FINAL):
        op.execute(f"DROP TABLE {table}")


def _make_final(table: str) -> None:
    """A trigger refuses to change or remove rows, so that this also applies to the owner."""
    op.execute(f"""
        CREATE TRIGGER published_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)
