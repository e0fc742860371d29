"""The inbox: which events a group has taken, written in the transaction of their effects.

Only events that have a handler stand here. For the others the committed offset is enough, and a later release that
handles them can read them again. What is older than ``KEPT`` goes: an event that came once more after that would be
kept away by the version guard of the read models.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.delivery.arrivals import Arrival
from libs.shared.delivery.rawtext import storable

KEPT = timedelta(days=90)

# While a topic is rebuilt, whoever takes an event of it says that its key is still named.
_REMEMBER = text(
    """
    WITH given AS (
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:topics AS text[]), CAST(:partitions AS integer[]), CAST(:offsets AS bigint[]),
            CAST(:keys AS text[])
        ) AS given (event_id, topic, partition, "offset", key)
    ), seen AS (
        INSERT INTO rebuild_seen (rebuild_id, key)
        SELECT DISTINCT rebuild.id, given.key FROM given JOIN rebuild USING (topic)
         WHERE rebuild.consumer_group = :consumer_group AND rebuild.state = 'running' AND given.key IS NOT NULL
         ORDER BY 1, 2
        ON CONFLICT DO NOTHING
    ), taken AS (
        INSERT INTO inbox (consumer_group, event_id, topic, partition, "offset")
        SELECT :consumer_group, event_id, topic, partition, "offset" FROM given
        ON CONFLICT DO NOTHING RETURNING event_id
    )
    SELECT count(*), CASE WHEN count(*) < CAST(:given AS bigint) THEN array_agg(event_id) END FROM taken
    """
)


async def remember(session: WriteSession, group: str, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Write the arrivals down; returns those the group had not taken before, in order, each id once."""
    if not arrivals:
        return []
    records = [arrival.record for arrival in arrivals]
    found = await session.execute(
        _REMEMBER,
        {
            "given": len(arrivals),
            "consumer_group": group,
            "ids": [arrival.id for arrival in arrivals],
            "topics": [record.topic for record in records],
            "partitions": [record.partition for record in records],
            "offsets": [record.offset for record in records],
            # A key that no text column takes names no row; of a readable record it has been looked at.
            "keys": [
                each.record.key if each.unreadable is None or storable(each.record.key) else None for each in arrivals
            ],
        },
    )
    taken, ids = found.one()
    if taken == len(arrivals):
        return list(arrivals)
    new = set(ids or ())
    fresh = []
    for arrival in arrivals:
        if arrival.id in new:
            new.discard(arrival.id)  # the same event twice in one batch is taken once
            fresh.append(arrival)
    return fresh
