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
"""The number of the newest dead letters without a municipality that are counted."""

# The cost depends on the number of municipalities, not of dead letters: the query goes from one municipality to the
# next by the index, and reads of each only as many rows as matter. Many dead letters of one municipality must not make
# writing each further one slower.
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
    """Limits on a group's open dead letters of the last ``window``.

    ``most`` dead letters of several municipalities stop the consumer, because their cause is probably the program. Each
    municipality counts for at most a third of ``most`` (as does each key, if a record names no municipality). So at
    least three are needed, and one alone never stops the others. After ``one_try_after`` dead letters of one
    municipality its failing events are tried only once, so that their back-off does not delay the others.
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
    """A group's dead letters in relation to its limits.

    ``counted`` is the number that counts towards ``Limit.most``. ``sources`` are the ``municipalities`` with open dead
    letters plus the keys of records without one. ``limited`` are codes of municipalities whose events get one try.
    """

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
    """The group's standing, counted in the database, so that it survives a restart and includes all members."""
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
