"""The rows of a batch on the temporary table ``batch_row``: the pupil, the recorded absence, and the row's verdict.

The steps have a fixed order, and each returns the object of the next step: ``fill`` returns ``Filled``, then come
``Distinct``, ``Judged`` and ``Counted``, which ``days`` and ``months`` need. ``fill`` sets the planner for these
statements, and the last step resets it.
"""

# ruff: noqa: S608 - only constants of this module and the staging table's own name are put together

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, raw
from libs.shared.files.errors import PUPIL_OUTSIDE_SCOPE
from libs.shared.files.kinds.absence import OVER_ONE_DAY, WHOLE_DAY
from libs.shared.imports.batch import Batch, Staged
from libs.shared.values.absence import CATEGORIES
from services.absence_ingest.absence.domain import Entry, over_one_day
from services.absence_ingest.absence.queries.known_pupils import KnownPupils
from services.absence_ingest.absence.queries.planner import ALL_JOINS, HASH_JOINS
from services.absence_ingest.absence.queries.school_days import FLAW, STAYS, PupilDays

UNKNOWN, OVERTAKEN, REPEATED = "unknown", "overtaken", "repeated"
"""Verdicts that are not codes of refusals: no pupil has the key, a newer file has written the same pupil, day and
category, or an earlier row of this batch names them.
"""

_NEWEST = "absence: the batch on the temporary table"

# The table lives as long as the connection, and its rows as long as the transaction. DELETE is for a second batch in
# the same transaction; TRUNCATE would leave dead rows in the system catalogue each time.
# force_custom_plan: a generic plan would assume ten elements for every array parameter.
_PREPARE = f"""
SET LOCAL plan_cache_mode = force_custom_plan;
{HASH_JOINS};
CREATE TEMPORARY TABLE IF NOT EXISTS batch_row (
    row_no integer NOT NULL, pupil_id uuid, day date NOT NULL, category text NOT NULL, halves smallint NOT NULL,
    old smallint, said timestamptz, counted smallint NOT NULL, rest smallint NOT NULL, verdict text
) ON COMMIT DELETE ROWS;
DELETE FROM batch_row
"""

# ``recorded`` reads one range of the primary key for each pupil, which is cheaper than one look-up for each row.
# ``rest`` is an upper bound of the half days that the other categories hold: the largest of them, once for each.
_FILL = f"""
WITH recorded AS MATERIALIZED (
    SELECT p.pupil_id, a.day, a.category, a.halves, a.as_of, a.set_aside
      FROM unnest(CAST(:pupils AS uuid[])) AS p (pupil_id) CROSS JOIN LATERAL (
           SELECT * FROM absence_day AS a
            WHERE a.pupil_id = p.pupil_id AND a.day >= :first AND a.day <= :last OFFSET 0) AS a
)
INSERT INTO batch_row (row_no, pupil_id, day, category, halves, old, said, counted, rest, verdict)
SELECT g.row_no, g.pupil_id, g.day, g.category, g.halves,
       max(o.halves) FILTER (WHERE o.category = g.category),
       max(o.as_of) FILTER (WHERE o.category = g.category),
       coalesce(max(o.halves) FILTER (WHERE o.category = g.category AND o.set_aside IS NULL), 0),
       coalesce({len(CATEGORIES) - 1} * max(o.halves) FILTER (WHERE o.category <> g.category), 0),
       CASE {{outside}}
            WHEN g.pupil_id IS NULL THEN '{UNKNOWN}'
            WHEN :replay AND max(o.as_of) FILTER (WHERE o.category = g.category) > :as_of THEN '{OVERTAKEN}'
            WHEN g.halves = 0 THEN NULL
            ELSE {FLAW} END
  FROM (SELECT s.row_no, k.pupil_id, s.date AS day, s.category, s.days AS halves
          FROM {{table}} AS s
          LEFT JOIN unnest(CAST(:values AS text[]), CAST(:ids AS uuid[])) AS k (value, pupil_id) ON k.value = s.pupil
         WHERE {{where}} {{news}}) AS g {STAYS} {{schools}}
  LEFT JOIN recorded AS o ON o.pupil_id = g.pupil_id AND o.day = g.day
 GROUP BY g.row_no, g.pupil_id, g.day, g.category, g.halves
"""
_NEWS = """
AND NOT EXISTS (
    SELECT FROM recorded AS r
     WHERE (r.pupil_id, r.day, r.category, r.halves) = (k.pupil_id, s.date, s.category, s.days)
       AND (r.set_aside IS NULL OR r.halves = 0))
"""
_SCHOOLS = "LEFT JOIN school AS h ON h.school_id = m.school_id"
_OUTSIDE = (
    f"WHEN bool_or(h.institution_number = ANY(CAST(:institutions AS text[]))) IS NOT TRUE THEN '{PUPIL_OUTSIDE_SCOPE}'"
)

_REPEATS = text(f"""
WITH repeat AS (
    SELECT row_no, min(row_no) OVER (PARTITION BY pupil_id, day, category) AS first FROM batch_row
     WHERE pupil_id IS NOT NULL AND (verdict IS NULL OR verdict <> '{PUPIL_OUTSIDE_SCOPE}')
)
UPDATE batch_row AS g SET verdict = '{REPEATED}' FROM repeat AS r WHERE r.row_no = g.row_no AND r.first < g.row_no
RETURNING g.row_no, r.first
""")

# ``rest`` is an upper bound, so this finds some days that turn out to have room; ``over_one_day`` decides row by row.
_FULL_DAYS = text(f"""
WITH full_day AS (
    SELECT pupil_id, day FROM batch_row WHERE verdict IS NULL
     GROUP BY pupil_id, day HAVING sum(halves) + max(rest) > {WHOLE_DAY}
)
SELECT pupil_id, day, row_no, category, halves FROM batch_row JOIN full_day USING (pupil_id, day) WHERE verdict IS NULL
UNION ALL
SELECT f.pupil_id, f.day, NULL, a.category, a.halves FROM full_day AS f CROSS JOIN LATERAL (
       SELECT * FROM absence_day AS a WHERE (a.pupil_id, a.day) = (f.pupil_id, f.day) OFFSET 0) AS a
""")

_REFUSE = text("UPDATE batch_row SET verdict = :code WHERE row_no = ANY(CAST(:rows AS int[]))")

_VERDICTS = text("SELECT row_no, verdict, pupil_id FROM batch_row WHERE verdict IS NOT NULL ORDER BY row_no")

_CHANGES = text("""
SELECT count(*) FILTER (WHERE old IS NULL), count(*) FILTER (WHERE old IS NOT NULL) FROM batch_row
 WHERE verdict IS NULL AND halves <> coalesce(old, 0)
""")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on the row of that number in the file: ``word`` is a code of a refusal, or one of the words above;
    ``pupil_id`` is None if the pupil is not known.
    """

    row: int
    word: str
    pupil_id: UUID | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The last step: every row is judged and the changes are counted. ``days`` and ``months`` write this batch alone.

    ``new`` rows have a pupil, day and category without a record, and ``corrected`` rows change a record. ``verdicts``
    are in the file's order; ``first_rows`` gives the number of the first row for each repeated row's number.
    """

    new: int
    corrected: int
    verdicts: Sequence[Verdict]
    first_rows: Mapping[int, int]
    _batch: object

    @property
    def changes(self) -> int:
        """The number of rows that change a record or add one."""
        return self.new + self.corrected

    def require_on_table(self, session: ReadSession) -> None:
        """Raise ``RuntimeError`` if the transaction has filled the table with another batch since."""
        if session.info.get(_NEWEST) is not self._batch:
            raise RuntimeError("the temporary table holds another batch than the one that was judged")


@dataclass(frozen=True, slots=True)
class Judged:
    """The third step: no day has more than one whole day of absence, and every row has its verdict."""

    _session: ReadSession
    _batch: object
    _first_rows: Mapping[int, int]

    async def count(self) -> Counted:
        """Read the verdicts, count the changes, and reset the planner."""
        verdicts = [Verdict(*row) for row in await self._session.execute(_VERDICTS)]
        new, corrected = (await self._session.execute(_CHANGES)).one()
        await self._session.execute(ALL_JOINS)
        return Counted(new, corrected, verdicts, self._first_rows, self._batch)


@dataclass(frozen=True, slots=True)
class Distinct:
    """The second step: at most one row that may be written names a pupil, day and category."""

    _session: ReadSession
    _batch: object
    _first_rows: Mapping[int, int]

    async def refuse_full_days(self) -> Judged:
        """Refuse the rows that would make a pupil's day more than one whole day (``over_one_day``)."""
        refused = [row for recorded, entries in await self._full_days() for row in over_one_day(recorded, entries)]
        if refused:
            await self._session.execute(_REFUSE, {"rows": refused, "code": OVER_ONE_DAY})
        return Judged(self._session, self._batch, self._first_rows)

    async def _full_days(self) -> list[tuple[dict[str, int], list[Entry]]]:
        """For each day that may have more than one whole day: the recorded half days by category, and its rows."""
        found: dict[tuple[UUID, date], tuple[dict[str, int], list[Entry]]] = {}
        for pupil_id, day, row, category, halves in await self._session.execute(_FULL_DAYS):
            recorded, entries = found.setdefault((pupil_id, day), ({}, []))
            if row is None:
                recorded[category] = halves
            else:
                entries.append(Entry(row, category, halves))
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Filled:
    """The first step: the batch is on the table, each row judged by itself."""

    _session: ReadSession
    _batch: object
    _two_keys: bool

    async def refuse_repeats(self) -> Distinct:
        """Refuse rows that repeat an earlier row's pupil, day and category.

        The file was already searched for equal keys, so only a pupil with two identifiers in the file can have such
        rows.
        """
        repeats = await self._session.execute(_REPEATS) if self._two_keys else ()
        return Distinct(self._session, self._batch, {each.row_no: each.first for each in repeats})


async def fill(
    session: ReadSession, batch: Batch, staged: Staged, known: KnownPupils, pupil_days: PupilDays, *, news_only: bool
) -> Filled:
    """Put the batch on the temporary table, each row judged by itself; ``news_only`` leaves out rows that equal a
    record that counts.
    """
    await (await raw(session)).execute(_PREPARE)
    given = {**staged.values, **pupil_days.values, "replay": batch.replay, "as_of": batch.queued_at}
    given |= {"values": list(known.pupils), "ids": list(known.pupils.values())}
    held = batch.institutions is not None
    if batch.institutions is not None:
        given["institutions"] = sorted(batch.institutions)
    statement = _FILL.format(
        table=staged.table,
        where=staged.where("s"),
        schools=_SCHOOLS if held else "",
        outside=_OUTSIDE if held else "",
        news=_NEWS if news_only else "",
    )
    await session.execute(text(statement), given)
    token = session.info[_NEWEST] = object()
    return Filled(session, token, known.two_keys)
