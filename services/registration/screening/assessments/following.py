"""Answers about a pupil who turns out to be another one. After a split they stay with the original pupil,
unless a person names them.
"""

from collections.abc import Sequence
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.merging.following import Left, Named, Span
from services.registration.screening.assessments import queries


class AssessmentsFollow:
    """Nothing of it is on the bus, and after a merge the rows follow by themselves."""

    async def merged(self, session: WriteSession, winner: UUID, loser: UUID) -> None:
        """Nothing to do here."""

    async def split(
        self, session: WriteSession, from_id: UUID, to_id: UUID, spans: Sequence[Span], named: Named
    ) -> None:
        """What a person named becomes the new pupil's."""
        if named.moves:
            await queries.move(session, from_id, to_id, named.moves)

    async def left(self, session: ReadSession, pupil_id: UUID) -> Sequence[Left]:
        """The assessments that are about the pupil."""
        return await queries.of_pupil(session, pupil_id)
