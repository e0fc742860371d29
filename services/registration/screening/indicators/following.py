"""Indicators of a pupil who turns out to be two; after a merge they follow by themselves."""

from collections.abc import Sequence
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.merging.following import Left, Named, Span
from services.registration.screening.indicators import queries


class IndicatorsFollow:
    """Nothing of it is on the bus."""

    async def merged(self, session: WriteSession, winner: UUID, loser: UUID) -> None:
        """Nothing to do here."""

    async def split(
        self, session: WriteSession, from_id: UUID, to_id: UUID, spans: Sequence[Span], named: Named
    ) -> None:
        """Results of days of these stays become the new pupil's."""
        await queries.split(session, from_id, to_id, [(first, after) for _, first, after in spans])

    async def left(self, session: ReadSession, pupil_id: UUID) -> Sequence[Left]:
        """Nothing: results follow their days."""
        return ()
