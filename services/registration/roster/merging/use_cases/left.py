"""What a person may say of in a split where it goes, and what is the original pupil's after it."""

from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from services.registration.access import institutions_listed
from services.registration.roster.merging.following import Left
from services.registration.roster.merging.tools import Tools
from services.registration.roster.merging.use_cases.history import get_history


async def left_with(session: ReadSession, tools: Tools, caller: Principal, pupil_id: UUID) -> list[Left]:
    """Decisions, answers and enrolments of the pupil. A caller of some institutions sees those there alone."""
    institutions = institutions_listed(caller)
    found = [each for room in tools.rooms for each in await room.left(session, pupil_id)]
    shown = [each for each in found if institutions is None or each.institution_number in institutions]
    return sorted(shown, key=lambda each: (each.day, each.kind, each.left_id))


async def records_of(
    session: ReadSession, tools: Tools, caller: Principal, pupil_id: UUID, today: date
) -> tuple[UUID, list[Left]]:
    """The pupil who has or had this id, and what is recorded of the pupil. Raises ``PupilNotFound``."""
    found = await get_history(session, tools, caller, pupil_id, today)
    return found.pupil_id, await left_with(session, tools, caller, found.pupil_id)
