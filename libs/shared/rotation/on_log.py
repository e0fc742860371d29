"""Counts the lookup keys on a topic, read from the log itself."""

import re
from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

from libs.shared.eventlog.port import EventLog
from libs.shared.rotation.usage import ID_IN_EVENTS

_ID = re.compile(ID_IN_EVENTS.encode())
_BATCH = 1_000
_WAIT_SECONDS = 2.0


async def keys_on(log: EventLog, service: str, topics: Sequence[str]) -> Counter[str]:
    """The number of records of these topics with a lookup key, by its id. Reads as a separate group and deletes it."""
    group = f"{service}.keys-{uuid4().hex[:12]}"
    ends = await log.end_offsets(topics)
    found: Counter[str] = Counter()
    member = log.consumer(group, topics)
    await member.start()
    try:
        while not all(
            _reached(member.position(at) if at in member.assignment() else None, end) for at, end in ends.items()
        ):
            for record in await member.poll(max_records=_BATCH, wait_seconds=_WAIT_SECONDS):
                found.update({key_id.decode() for key_id in set(_ID.findall(record.value or b""))})
    finally:
        await member.close()
        await log.forget_group(group)
    return found


def _reached(position: int | None, end: int) -> bool:
    return end == 0 or (position is not None and position >= end)
