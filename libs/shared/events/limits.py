"""Limits on dead letters: one over all municipalities, which stops the consumer, and one per municipality, which only
reduces its tries.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.events.failures import DeadLetterLimit

_FEWEST = 3
"""At least this many municipalities must be affected before the program is suspected and not their data."""

_MOST_UNNAMED = 2_000
"""So many of the newest records without a municipality are looked at."""

# The cost is of the municipalities, not of their dead letters: from one municipality to the next by the index, and of
# each no more than matters. A flood of one must not make each further burial dearer.
STANDING = text(
    """
    WITH RECURSIVE named AS (
        (SELECT municipality FROM dead_letter
         WHERE consumer_group = :consumer_group AND state = 'open' AND municipality IS NOT NULL
         ORDER BY municipality LIMIT 1)
        UNION ALL
        SELECT (SELECT municipality FROM dead_letter
                WHERE consumer_group = :consumer_group AND state = 'open' AND municipality > named.municipality
                ORDER BY municipality LIMIT 1)
        FROM named WHERE named.municipality IS NOT NULL
    ), source AS (
        SELECT municipality, (
            SELECT count(*) FROM (
                SELECT 1 FROM dead_letter AS d
                WHERE d.consumer_group = :consumer_group AND d.state = 'open' AND d.municipality = named.municipality
                  AND d.at > clock_timestamp() - CAST(:window AS interval)
                LIMIT :enough
            ) AS recent
        ) AS n
        FROM named WHERE municipality IS NOT NULL
        UNION ALL
        SELECT NULL, count(*) FROM (
            SELECT key FROM dead_letter
            WHERE consumer_group = :consumer_group AND state = 'open' AND municipality IS NULL
              AND at > clock_timestamp() - CAST(:window AS interval)
            ORDER BY at DESC LIMIT :unnamed
        ) AS unnamed GROUP BY key
    )
    SELECT coalesce(sum(least(n, :share)), 0) AS counted, count(*) AS sources, count(municipality) AS municipalities,
           coalesce(array_agg(municipality) FILTER (WHERE n >= :one_try_after AND municipality IS NOT NULL), '{}')
               AS limited
    FROM source WHERE n > 0
    """
)
_LETTERS = text(
    """
    SELECT count(*) FROM dead_letter
    WHERE consumer_group = :consumer_group AND state = 'open' AND at > clock_timestamp() - CAST(:window AS interval)
    """
)


@dataclass(frozen=True, slots=True)
class Limit:
    """Of a group's open dead letters of the last ``window``.

    ``most`` of several municipalities stop the consumer: so many at once are rather the program's fault. Each
    municipality counts for a third of ``most`` at the most (as does each key, where a record names no municipality),
    so it takes three, and one alone never stops the others. From ``one_try_after`` dead letters of one municipality
    on, its failing events are tried once only, so that they do not hold up the others by their back-off.
    """

    most: int = 100
    window: timedelta = timedelta(minutes=10)
    one_try_after: int = 5

    @property
    def share(self) -> int:
        """The most dead letters of one municipality that are counted."""
        return -(-self.most // _FEWEST)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands. ``counted`` is what counts towards ``Limit.most``; ``limited`` are municipality codes."""

    counted: int
    sources: int
    municipalities: int
    limited: frozenset[str]


def parameters(group: str, limit: Limit) -> dict[str, Any]:
    """The parameters of ``STANDING``."""
    return {
        "consumer_group": group,
        "window": limit.window,
        "share": limit.share,
        "one_try_after": limit.one_try_after,
        "enough": max(limit.share, limit.one_try_after),
        "unnamed": _MOST_UNNAMED,
    }


async def standing(session: ReadSession, group: str, limit: Limit) -> Standing:
    """Counted in the database, so that a restart forgets nothing and all members of the group count together."""
    row = (await session.execute(STANDING, parameters(group, limit))).one()
    return Standing(int(row.counted), row.sources, row.municipalities, frozenset(row.limited))


async def require_below(session: ReadSession, group: str, limit: Limit, now: Standing) -> None:
    """Raise ``DeadLetterLimit`` if the limit is reached."""
    if now.counted < limit.most or now.sources < _FEWEST:
        return
    letters = (await session.execute(_LETTERS, {"consumer_group": group, "window": limit.window})).scalar_one()
    unnamed = now.sources - now.municipalities
    keys = f" and {unnamed} keys without one" if unnamed else ""
    raise DeadLetterLimit(
        f"{group}: {letters} dead letters of {now.municipalities} municipalities{keys} within {limit.window};"
        " see `dead-letters list`, deploy a remedy, then `dead-letters replay --all`"
    )
