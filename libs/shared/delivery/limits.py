"""How many dead letters are too many: of all together, which stops the consumer, and of one municipality, which
only shortens its own tries.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.delivery.failures import DeadLetterLimit

_FEWEST = 3
"""So many municipalities must be hit before the program is suspected rather than their data."""

_STANDING = text(
    """
    SELECT coalesce(sum(n), 0) AS letters, coalesce(sum(least(n, :share)), 0) AS counted, count(*) AS sources,
           count(municipality) AS municipalities,
           coalesce(array_agg(municipality) FILTER (WHERE n >= :one_try_after AND municipality IS NOT NULL), '{}')
               AS limited
    FROM (
        SELECT municipality, count(*) AS n FROM dead_letter
        WHERE consumer_group = :consumer_group AND state = 'open'
          AND at > clock_timestamp() - CAST(:window AS interval)
        GROUP BY municipality, CASE WHEN municipality IS NULL THEN key END
    ) AS source
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
        """What one municipality counts for at the most."""
        return -(-self.most // _FEWEST)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands. ``counted`` is what counts towards ``Limit.most``; ``limited`` are municipality codes."""

    letters: int
    counted: int
    sources: int
    municipalities: int
    limited: frozenset[str]


async def standing(session: ReadSession, group: str, limit: Limit) -> Standing:
    """Counted in the database, so that a restart forgets nothing and all members of the group count together."""
    found = await session.execute(
        _STANDING,
        {
            "consumer_group": group,
            "window": limit.window,
            "share": limit.share,
            "one_try_after": limit.one_try_after,
        },
    )
    row = found.one()
    return Standing(int(row.letters), int(row.counted), row.sources, row.municipalities, frozenset(row.limited))


def require_below(group: str, limit: Limit, now: Standing) -> None:
    """Raise ``DeadLetterLimit`` if the limit is reached."""
    if now.counted >= limit.most and now.sources >= _FEWEST:
        unnamed = now.sources - now.municipalities
        keys = f" and {unnamed} keys without one" if unnamed else ""
        raise DeadLetterLimit(
            f"{group}: {now.letters} dead letters of {now.municipalities} municipalities{keys} within {limit.window};"
            " see `dead-letters list`, deploy a remedy, then `dead-letters replay --all`"
        )
