"""``after=``: a file is accepted when this service has handled every event up to the position in another service's
receipt.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from libs.shared.base.errors import Conflict, Invalid, Unavailable
from libs.shared.eventlog.port import EventLog, LogUnavailable
from libs.shared.events.positions import Position

RETRY_AFTER_SECONDS = 10
_FIRST_LOOK_SECONDS = 0.05
_SLOWEST_LOOK_SECONDS = 1.0


class AfterNotReached(Conflict):
    """Not all events up to the position have been handled yet."""

    code = "after.not_reached"
    da = (
        "Tjenesten har endnu ikke taget imod alt det, som after står for. Filen er ikke modtaget. Send den igen om "
        "{seconds} sekunder."
    )
    en = (
        "The service has not yet taken in all that after stands for. The file was not received. Send it again in "
        "{seconds} seconds."
    )


class AfterUnknown(Invalid):
    """The position is beyond the end of the log: it is from before the log was replaced, or from
    another installation.
    """

    code = "after.unknown"
    da = (
        "Positionen i after findes ikke her; kvitteringen kan være fra før en genopretning. Hent kvitteringen igen og "
        "brug dens position, eller send filen uden after."
    )
    en = (
        "The position in after does not exist here; the receipt may be from before a restore. Fetch the receipt again "
        "and use its position, or send the file without after."
    )


@dataclass(frozen=True, slots=True)
class Reaching:
    """Waits for positions. ``group`` is the consumer group that reads ``topics``; a position's offsets in other topics
    are ignored.

    ``seconds`` is the longest time that a request waits.
    """

    log: EventLog
    group: str
    topics: Iterable[str]
    seconds: float

    async def reach(self, after: str) -> None:
        """Return when every event up to the position is handled. Raises ``PositionInvalid``; ``AfterNotReached`` when
        the time is over; ``AfterUnknown``; and ``Unavailable`` if the event log cannot be reached.
        """
        position = Position.parse(after).of(self.topics)
        topics = sorted({at.topic for at in position.offsets})
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + self.seconds, _FIRST_LOOK_SECONDS
        try:
            while not position.reached(await self.log.committed(self.group, topics)):
                if loop.time() >= end:
                    await self._require_possible(position, topics)
                    raise AfterNotReached(
                        pointer="/query/after",
                        seconds=RETRY_AFTER_SECONDS,
                        extra={"retry_after": RETRY_AFTER_SECONDS},
                    )
                await asyncio.sleep(min(pause, max(end - loop.time(), 0)))
                pause = min(pause * 1.5, _SLOWEST_LOOK_SECONDS)
        except LogUnavailable:
            raise Unavailable(cause="event_log") from None

    async def _require_possible(self, position: Position, topics: list[str]) -> None:
        if not position.reached(await self.log.end_offsets(topics)):
            raise AfterUnknown(pointer="/query/after")
