"""Whether a pupil's day is a school day: one of the schools the pupil is at on the date has it as one.

The same SQL judges the rows of a file and days that are recorded already. It joins a relation ``g`` with ``pupil_id``
and ``day``. The statement must group by the rows of ``g``, as a pupil may be at several schools on one date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.files.kinds.absence import NO_CALENDAR, NOT_A_MEMBER, NOT_A_SCHOOL_DAY

# Stays and school days are looked up by key (OFFSET 0 keeps the planner from reading whole tables instead) and joined
# by hash.
STAYS = """
LEFT JOIN (SELECT p.pupil_id, m.school_id, m.valid_from, m.valid_to
             FROM unnest(CAST(:pupils AS uuid[])) AS p (pupil_id) CROSS JOIN LATERAL (
                  SELECT * FROM membership AS m WHERE m.pupil_id = p.pupil_id OFFSET 0) AS m
          ) AS m ON m.pupil_id = g.pupil_id AND g.day >= m.valid_from AND g.day < m.valid_to
LEFT JOIN (SELECT s.school_id, d.day
             FROM unnest(CAST(:schools AS uuid[])) AS s (school_id) CROSS JOIN LATERAL (
                  SELECT * FROM calendar_day AS d
                   WHERE d.school_id = s.school_id AND d.day >= :first AND d.day <= :last OFFSET 0) AS d
          ) AS d ON d.school_id = m.school_id AND d.day = g.day
"""

# The EXISTS runs only for days that are no school day. OFFSET 0 makes it a look-up by key; otherwise the planner would
# join whole tables. A calendar that has no school day counts as no calendar.
FLAW = f"""
CASE WHEN bool_or(d.day IS NOT NULL) THEN NULL
     WHEN NOT bool_or(m.pupil_id IS NOT NULL) THEN '{NOT_A_MEMBER}'
     WHEN EXISTS (SELECT FROM membership AS n
                   WHERE n.pupil_id = g.pupil_id AND g.day >= n.valid_from AND g.day < n.valid_to
                     AND NOT EXISTS (SELECT FROM calendar AS c
                                      WHERE c.school_id = n.school_id
                                        AND g.day >= c.starts AND g.day < c.starts + interval '1 year'
                                        AND EXISTS (SELECT FROM calendar_day AS e
                                                     WHERE e.school_id = c.school_id AND e.day >= c.starts
                                                       AND e.day < c.starts + interval '1 year' OFFSET 0) OFFSET 0))
     THEN '{NO_CALENDAR}'
     ELSE '{NOT_A_SCHOOL_DAY}' END
"""  # noqa: S608 - codes of ours
"""SQL: the code of what is wrong with the day; null when nothing is."""

_SCHOOLS = text("""
SELECT DISTINCT m.school_id FROM unnest(CAST(:pupils AS uuid[])) AS p (pupil_id) CROSS JOIN LATERAL (
       SELECT m.school_id FROM membership AS m WHERE m.pupil_id = p.pupil_id OFFSET 0) AS m
""")


@dataclass(frozen=True, slots=True)
class PupilDays:
    """The pupils whose days are judged, all schools of these pupils, and the first and last day in question."""

    pupils: Sequence[UUID]
    schools: Sequence[UUID]
    first: date
    last: date

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of ``STAYS``."""
        return {"pupils": self.pupils, "schools": self.schools, "first": self.first, "last": self.last}


async def pupil_days(session: ReadSession, pupils: Iterable[UUID], first: date, last: date) -> PupilDays:
    """These pupils' days from ``first`` to ``last``."""
    ids = sorted(set(pupils))
    found = await session.execute(_SCHOOLS, {"pupils": ids})
    return PupilDays(ids, list(found.scalars()), first, last)
