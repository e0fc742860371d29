"""What stays with the original pupil after a split."""

from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from services.registration.access import institutions_listed
from services.registration.roster.merging.following import Left
from services.registration.roster.merging.tools import Tools


async def left_with(session: ReadSession, tools: Tools, caller: Principal, pupil_id: UUID) -> list[Left]:
    """Decisions, answers and enrolments of the pupil. A caller of some institutions sees those there alone."""
    institutions = institutions_listed(caller)
    found = [each for room in tools.rooms for each in await room.left(session, pupil_id)]
    shown = [each for each in found if institutions is None or each.institution_number in institutions]
    return sorted(shown, key=lambda each: (each.day, each.kind, each.left_id))
