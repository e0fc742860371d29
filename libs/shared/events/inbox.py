"""The inbox: the events that a group has taken, written in the transaction of their effects.

Only events with a handler are recorded. For the others the committed offset is enough, and a later release with a
handler for them can read them again. Rows older than ``KEPT`` are deleted: an event redelivered after that is ignored
by the version guard of the read models.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.events.arrivals import Arrival
from libs.shared.events.rawtext import storable

KEPT = timedelta(days=90)

# Ids and numbers are passed as array literals, because the driver processes each element of an array three times. While
# a topic is rebuilt, the key of each event is recorded, so that the rebuild keeps its row; otherwise keys are not read.
_REMEMBER = text(
    """
    WITH running AS (
        SELECT id, topic FROM rebuild WHERE consumer_group = :consumer_group AND state = 'running'
    ), seen AS (
        INSERT INTO rebuild_seen (rebuild_id, key)
        SELECT DISTINCT running.id, named.key
          FROM running, jsonb_array_elements_text(CAST(:keys AS jsonb) -> running.topic) AS named (key)
         ORDER BY 1, 2
        ON CONFLICT DO NOTHING
    ), taken AS (
        INSERT INTO inbox (consumer_group, event_id, topic, partition, "offset")
        SELECT :consumer_group, * FROM unnest(
            CAST(CAST(:ids AS text) AS uuid[]), CAST(CAST(:topics AS text) AS text[]),
            CAST(CAST(:partitions AS text) AS integer[]), CAST(CAST(:offsets AS text) AS bigint[])
        )
        ON CONFLICT DO NOTHING RETURNING event_id
    )
    SELECT count(*), CASE WHEN count(*) < CAST(:given AS bigint) THEN array_agg(event_id) END FROM taken
    """
)


async def remember(session: WriteSession, group: str, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Record the arrivals; returns those that the group had not taken before, in order, each id once."""
    if not arrivals:
        return []
    records = [arrival.record for arrival in arrivals]
    found = await session.execute(
        _REMEMBER,
        {
            "given": len(arrivals),
            "consumer_group": group,
            "ids": _array([arrival.id.hex for arrival in arrivals]),
            "topics": _array([record.topic for record in records]),
            "partitions": _array([str(record.partition) for record in records]),
            "offsets": _array([str(record.offset) for record in records]),
            "keys": msgspec.json.encode(_keys(arrivals)).decode(),
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


def _array(values: list[str]) -> str:
    """The text of a PostgreSQL array. The values are ids, numbers or topics, so none needs quotes."""
    return "{" + ",".join(values) + "}"


def _keys(arrivals: Sequence[Arrival]) -> dict[str, list[str]]:
    """The keys by topic, without those that no text column can hold, as no row can have them.

    The key of a readable record was checked when it was read.
    """
    keys: dict[str, list[str]] = {}
    for each in arrivals:
        if each.unreadable is None or storable(each.record.key):
            keys.setdefault(each.record.topic, []).append(each.record.key)
    return keys
