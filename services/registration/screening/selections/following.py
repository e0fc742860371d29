"""Decisions about a pupil who turns out to be another one. After a split they stay with the pupil about whom they were
made, unless a person names them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from services.registration.roster.merging.following import Afterwards, Left, Named, Span
from services.registration.screening.selections.events import add_screening_gone
from services.registration.screening.selections.publishing import publish
from services.registration.screening.selections.queries import states


@dataclass(frozen=True, slots=True)
class SelectionsFollow:
    """What this room does about it: the rows follow by themselves, and the events are written here."""

    outbox: Outbox

    async def merged(self, session: WriteSession, winner: UUID, loser: UUID) -> Afterwards | None:
        """If the loser was selected, the winner's state is published, and the loser's key gets a tombstone."""
        code = await states.municipality_of(session, loser)
        if code is None:
            return None

        async def publish_both() -> None:
            await publish(session, self.outbox, code, [winner])
            await add_screening_gone(session, self.outbox, loser, code)

        return publish_both

    async def split(
        self, session: WriteSession, from_id: UUID, to_id: UUID, spans: Sequence[Span], named: Named
    ) -> None:
        """What a person named becomes the new pupil's, and both pupils' states are published."""
        code = await states.municipality_of(session, from_id) if named.moves else None
        if code is not None and await states.move(session, from_id, to_id, named.moves):
            await publish(session, self.outbox, code, [from_id, to_id])

    async def left(self, session: ReadSession, pupil_id: UUID) -> Sequence[Left]:
        """The decisions about the pupil that were not reversed."""
        return await states.decisions_of(session, pupil_id)
