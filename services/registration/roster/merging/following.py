"""What a room does with its data about a pupil who turns out to be another one, or two."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession

Span = tuple[str, date, date]
"""An institution number, a first day and the day after the last."""


class Left(NamedTuple):
    """A decision, answers or an enrolment of a pupil, at a school and on a day."""

    kind: Literal["selection", "assessment", "enrolment"]
    left_id: UUID
    institution_number: str
    day: date


class Named(NamedTuple):
    """What a person said of such things by their ids: which become the new pupil's, and which stay."""

    moves: Collection[UUID] = ()
    stays: Collection[UUID] = ()


Afterwards = Callable[[], Awaitable[None]]


class Follows(Protocol):
    """A room's data about pupils. Whatever a room does not do in ``merged`` follows by itself, without an event."""

    async def merged(self, session: WriteSession, winner: UUID, loser: UUID) -> Afterwards | None:
        """Make what is the loser's the winner's, with its events. Both are locked. Returns what is to be done when all
        data of both is the winner's.
        """

    async def split(
        self, session: WriteSession, from_id: UUID, to_id: UUID, spans: Sequence[Span], named: Named
    ) -> None:
        """Give the new pupil what is ``named``, and what belongs to these stays and is not named to stay, with its
        events. Both are locked.
        """

    async def left(self, session: ReadSession, pupil_id: UUID) -> Sequence[Left]:
        """What a person may name in a split, and looks at after it if it is still the original pupil's."""
