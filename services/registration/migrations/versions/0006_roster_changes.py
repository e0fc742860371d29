"""The change feed of the roster: an entry for each school, class, pupil and membership, written by triggers.

Triggers and not the code that changes a row, so that no way of changing one leaves the feed out: files, single objects,
decisions of the secretariat, and processes of the release before.
"""

from alembic import op

from libs.shared.db import tenancy
from libs.shared.db.scope import Access

revision = "0006"
down_revision = "0005"

WATCHED = ("school", "class_", "pupil", "membership")

TABLES = (
    """
CREATE TABLE roster_change (
    kind varchar NOT NULL,
    object_id uuid NOT NULL,
    part varchar NOT NULL,
    municipality_code varchar NOT NULL,
    school_id uuid,
    institution_number varchar,
    class_id uuid,
    valid_from date,
    valid_to date,
    version integer,
    change varchar NOT NULL,
    changed_at timestamptz NOT NULL,
    position bigint,
    CONSTRAINT pk_roster_change PRIMARY KEY (object_id, kind, part),
    CONSTRAINT ck_roster_change_kind CHECK (kind IN ('school', 'class', 'pupil', 'membership')),
    CONSTRAINT ck_roster_change_change CHECK (change IN ('changed', 'closed', 'deleted'))
)""",
    "CREATE INDEX ix_roster_change_pending ON roster_change (municipality_code, changed_at) WHERE position IS NULL",
    "CREATE UNIQUE INDEX uq_roster_change_position ON roster_change (municipality_code, position)",
    """
CREATE INDEX ix_roster_change_deleted ON roster_change (municipality_code, position)
    WHERE change = 'deleted'""",
    """
CREATE INDEX ix_roster_change_school ON roster_change (municipality_code, institution_number)
    WHERE kind = 'school'""",
    """
CREATE TABLE roster_feed (
    municipality_code varchar NOT NULL,
    newest bigint NOT NULL,
    forgotten bigint NOT NULL,
    forgotten_of timestamptz,
    CONSTRAINT pk_roster_feed PRIMARY KEY (municipality_code)
)""",
)

_INSERT = """
INSERT INTO roster_change AS c (kind, object_id, part, municipality_code, school_id, institution_number,
                                class_id, valid_from, valid_to, version, change, changed_at)
"""

# An entry that says something new loses its position, and gets a later one once it is committed (changes/queries.py).
_AGAIN = """
ON CONFLICT (object_id, kind, part) DO UPDATE
   SET school_id = excluded.school_id, valid_to = excluded.valid_to, version = excluded.version,
       change = excluded.change, changed_at = excluded.changed_at, position = NULL
 WHERE (c.school_id, c.valid_to, c.version, c.change)
       IS DISTINCT FROM (excluded.school_id, excluded.valid_to, excluded.version, excluded.change)
"""

_SCHOOL = """
SELECT 'school', r.school_id, '', r.municipality_code, r.school_id, r.institution_number, CAST(NULL AS uuid),
       CAST(NULL AS date), CAST(NULL AS date), r.aggregate_version,
       CASE r.standing WHEN 'former' THEN 'closed' WHEN 'refused' THEN 'deleted' ELSE 'changed' END, now()
  FROM {rows} AS r
"""

_CLASS = """
SELECT 'class', r.class_id, '', r.municipality_code, r.school_id, CAST(NULL AS varchar), r.class_id,
       CAST(NULL AS date), CAST(NULL AS date), r.aggregate_version, 'changed', now()
  FROM {rows} AS r
"""

# A pupil that is just inserted has version 0 until its event is written, in the same transaction.
_PUPIL = """
SELECT 'pupil', r.pupil_id, '', r.municipality_code, CAST(NULL AS uuid), CAST(NULL AS varchar), CAST(NULL AS uuid),
       CAST(NULL AS date), CAST(NULL AS date), r.aggregate_version, 'changed', now()
  FROM {rows} AS r WHERE r.aggregate_version > 0
"""

# A membership that ends before its school year does is closed; one that ends on the day it begins was withdrawn.
_MEMBERSHIP = """
SELECT 'membership', r.pupil_id, r.class_id || '/' || r.valid_from, r.municipality_code, k.school_id,
       CAST(NULL AS varchar), r.class_id, r.valid_from, r.valid_to, CAST(NULL AS integer),
       CASE WHEN r.valid_to = r.valid_from THEN 'deleted'
            WHEN r.valid_to < make_date(CAST(right(k.school_year, 4) AS integer), 8, 1) THEN 'closed'
            ELSE 'changed' END, now()
  FROM {rows} AS r LEFT JOIN class_ AS k ON k.class_id = r.class_id
"""

SELECTS = {"school": _SCHOOL, "class_": _CLASS, "pupil": _PUPIL, "membership": _MEMBERSHIP}

_GONE = {
    "school": "c.kind = 'school' AND c.object_id = r.school_id",
    "class_": "c.kind = 'class' AND c.object_id = r.class_id",
    "pupil": "c.kind = 'pupil' AND c.object_id = r.pupil_id",
    "membership": "c.kind = 'membership' AND c.object_id = r.pupil_id AND c.part = r.class_id || '/' || r.valid_from",
}
# A membership whose key was changed, which happens when it moves to another pupil.
_MOVED = f"""
WITH lost AS MATERIALIZED (
    SELECT pupil_id, class_id, valid_from FROM before EXCEPT SELECT pupil_id, class_id, valid_from FROM written
)
UPDATE roster_change AS c SET change = 'deleted', changed_at = now(), position = NULL
  FROM lost AS r WHERE {_GONE["membership"]} AND c.change <> 'deleted';
"""  # noqa: S608 - only constants of this module are put together


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    # A trigger writes with the access of the transaction that fires it. Two accesses change rows of every municipality:
    # the secretariat takes numbers from schools, and the rotation of keys encrypts pupils again and publishes them.
    tenancy.enable(op, "roster_change", read=[Access.OPERATOR], write=[Access.SECRETARIAT, Access.ROTATION])
    tenancy.enable(op, "roster_feed", read=[Access.OPERATOR])
    for table in WATCHED:
        _watch(table)
    _fill()


def downgrade() -> None:
    for table in WATCHED:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER roster_change_{event} ON {table}")
        op.execute(f"DROP FUNCTION roster_change_of_{table}()")
    op.execute("DROP TABLE roster_feed")
    op.execute("DROP TABLE roster_change")


def _watch(table: str) -> None:
    written = _INSERT + SELECTS[table].format(rows="written") + _AGAIN
    gone = (
        "UPDATE roster_change AS c SET change = 'deleted', changed_at = now(), position = NULL"  # noqa: S608 - constants
        f" FROM before AS r WHERE {_GONE[table]} AND c.change <> 'deleted'"
    )
    moved = _MOVED if table == "membership" else ""
    op.execute(
        f"CREATE FUNCTION roster_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $function$"
        f" BEGIN IF TG_OP = 'DELETE' THEN {gone}; RETURN NULL; END IF;"
        f" IF TG_OP = 'UPDATE' THEN {moved} END IF; {written}; RETURN NULL; END $function$"
    )
    for event, rows in (
        ("INSERT", "NEW TABLE AS written"),
        ("UPDATE", "OLD TABLE AS before NEW TABLE AS written"),
        ("DELETE", "OLD TABLE AS before"),
    ):
        op.execute(
            f"CREATE TRIGGER roster_change_{event.lower()} AFTER {event} ON {table} REFERENCING {rows}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION roster_change_of_{table}()"
        )


def _fill() -> None:
    """Entries for all there is: row-level security that is forced on the owner would hide it."""
    for table in (*WATCHED, "roster_change"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table in WATCHED:
        op.execute(_INSERT + SELECTS[table].format(rows=table))
    for table in (*WATCHED, "roster_change"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
