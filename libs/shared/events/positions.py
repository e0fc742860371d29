"""The position of a municipality: up to where the log has its events, as a text that another service can wait for.

In the statement that marks rows as published, the relay records the offset after the last record of each municipality
in each partition. A moment of the outbox is its highest ``seq`` (``written``). It is published when no row of the
municipality with a ``seq`` up to it is unpublished. The recorded offsets then cover every event up to that moment, also
those of earlier files.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import msgspec
from sqlalchemy import text

from libs.shared.base.errors import Invalid
from libs.shared.contracts.topics import TOPICS
from libs.shared.db.database import ReadSession
from libs.shared.eventlog.port import Placed, TopicPartition

MOST_CHARACTERS = 4000
MOST_LOOKED_AT = 10_000
"""While more rows than this are unpublished before it, a moment counts as not yet published."""

_FORM = "p1."
_MOST_OFFSET = 2**63 - 1

NOTE = """
INSERT INTO told_position (origin, topic, partition, next_offset)
SELECT * FROM unnest($2::text[], $3::text[], $4::integer[], $5::bigint[])
ON CONFLICT (origin, topic, partition) DO UPDATE SET next_offset = excluded.next_offset
"""
"""Stores the result of ``ends``. An offset may become lower, because after a restore the log may be a new one."""

_WRITTEN = text("SELECT max(seq) FROM outbox")

_LEFT = text("""
SELECT count(*) AS rows, coalesce(bool_or(origin = :origin), false) AS own FROM (
    SELECT origin FROM outbox
     WHERE published_at IS NULL AND set_aside_at IS NULL AND seq <= :seq ORDER BY seq LIMIT :most
) AS waiting
""")

_NOTED = text("SELECT topic, partition, next_offset FROM told_position WHERE origin = :origin")


class PositionInvalid(Invalid):
    """The text is no position."""

    code = "after.invalid"
    da = "Feltet after er ikke en position fra en kvittering. Kopiér feltet position fra kvitteringen uændret."
    en = "The field after is no position of a receipt. Copy the receipt's field position as it is."


@dataclass(frozen=True, slots=True)
class Position:
    """The offset after the last record of each partition; its text form is opaque to callers."""

    offsets: Mapping[TopicPartition, int]

    def __str__(self) -> str:
        ordered = sorted((at.topic, at.partition, offset) for at, offset in self.offsets.items())
        return _FORM + base64.urlsafe_b64encode(msgspec.json.encode(ordered)).rstrip(b"=").decode()

    @classmethod
    def parse(cls, given: str) -> Self:
        """The position that a text states. Raises ``PositionInvalid``."""
        if len(given) > MOST_CHARACTERS or not given.startswith(_FORM):
            raise PositionInvalid(pointer="/query/after")
        encoded = given.removeprefix(_FORM)
        try:
            decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
            found = msgspec.json.decode(decoded, type=list[tuple[str, int, int]])
        except (ValueError, binascii.Error, msgspec.DecodeError):
            raise PositionInvalid(pointer="/query/after") from None
        offsets = {TopicPartition(topic, partition): offset for topic, partition, offset in found}
        if len(offsets) != len(found) or not all(_possible(at, offset) for at, offset in offsets.items()):
            raise PositionInvalid(pointer="/query/after")
        return cls(offsets)

    def of(self, topics: Iterable[str]) -> Self:
        """The part of the position that concerns these topics."""
        wanted = frozenset(topics)
        return type(self)({at: offset for at, offset in self.offsets.items() if at.topic in wanted})

    def reached(self, committed: Mapping[TopicPartition, int]) -> bool:
        """Whether a group with these committed offsets has handled everything up to the position."""
        return all(committed.get(at, 0) >= offset for at, offset in self.offsets.items())


def _possible(at: TopicPartition, offset: int) -> bool:
    topic = TOPICS.get(at.topic)
    return topic is not None and 0 <= at.partition < topic.partitions and 0 < offset <= _MOST_OFFSET


def ends(
    placed: Iterable[tuple[str | None, str, Placed]],
) -> tuple[list[str], list[str], list[int], list[int]]:
    """Origins, topics, partitions and next offsets to store, from (origin, topic, place) in the order of the log.

    Records of a transaction of several municipalities, or of none, belong to no position.
    """
    last: dict[tuple[str, str, int], int] = {}
    for origin, topic, (partition, offset) in placed:
        if origin is not None and "," not in origin:
            last[origin, topic, partition] = offset + 1
    keys = sorted(last)
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys], [last[key] for key in keys]


async def written(session: ReadSession) -> int:
    """The moment of the outbox that the transaction sees; 0 if the outbox has no row."""
    return int((await session.execute(_WRITTEN)).scalar_one() or 0)


async def told(session: ReadSession, municipality_code: str, moment: int) -> Position | None:
    """The municipality's position, if the log has all events that it had written at that moment; else None."""
    given = {"origin": municipality_code, "seq": moment, "most": MOST_LOOKED_AT + 1}
    left = (await session.execute(_LEFT, given)).one()
    if left.own or left.rows > MOST_LOOKED_AT:
        return None
    noted = await session.execute(_NOTED, {"origin": municipality_code})
    return Position({TopicPartition(row.topic, row.partition): row.next_offset for row in noted})
