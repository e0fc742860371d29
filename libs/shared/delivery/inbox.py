"""The inbox: which events a group has taken, written in the transaction of their effects."""

from collections.abc import Sequence

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.delivery.arrivals import Arrival

_REMEMBER = text(
    """
    INSERT INTO inbox (consumer_group, event_id, topic, partition, "offset")
    SELECT :consumer_group, given.* FROM unnest(
        CAST(:ids AS uuid[]), CAST(:topics AS text[]), CAST(:partitions AS integer[]), CAST(:offsets AS bigint[])
    ) AS given
    ON CONFLICT DO NOTHING RETURNING event_id
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
            "consumer_group": group,
            "ids": [arrival.id for arrival in arrivals],
            "topics": [record.topic for record in records],
            "partitions": [record.partition for record in records],
            "offsets": [record.offset for record in records],
        },
    )
    new = set(found.scalars())
    fresh = []
    for arrival in arrivals:
        if arrival.id in new:
            new.discard(arrival.id)  # the same event twice in one batch is taken once
            fresh.append(arrival)
    return fresh
