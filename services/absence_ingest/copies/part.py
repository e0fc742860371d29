"""The part of the service for the copies: the read models, and the work that follows when they change."""

from collections.abc import Sequence
from functools import partial

from libs.shared.contracts.registration import SchoolChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.read_models import PrimaryKey, ReadModel
from libs.shared.runtime.parts import Part
from services.absence_ingest.absence.queries.recheck_due import note_joined, note_school_days, note_stays
from services.absence_ingest.completeness import queries as completeness
from services.absence_ingest.completeness.use_cases import forget_reports
from services.absence_ingest.copies.municipalities.read_model import MUNICIPALITIES
from services.absence_ingest.copies.municipalities.tables import Municipality
from services.absence_ingest.copies.pupils.read_model import pupils
from services.absence_ingest.copies.pupils.tables import FormerPupil, Membership, Pupil
from services.absence_ingest.copies.schools.read_model import calendars
from services.absence_ingest.copies.schools.tables import Calendar, CalendarDay, School


def part(outbox: Outbox) -> Part:
    """The read models of registration's events. Absence that a change concerns is judged and counted again."""
    forgetting = partial(_forget_schools, outbox=outbox)
    return Part(
        read_models=[
            MUNICIPALITIES,
            pupils(_stays_changed, note_joined),
            ReadModel(SchoolChanged, School, written=_count_schools, forgetting=forgetting),
            calendars(note_school_days),
        ],
        tables=[Municipality, School, Calendar, CalendarDay, Pupil, Membership, FormerPupil],
    )


async def _stays_changed(session: WriteSession, stays: Sequence[PrimaryKey]) -> None:
    await completeness.due_by_stays(session, stays)
    await note_stays(session, stays)


async def _count_schools(session: WriteSession, states: Sequence[SchoolChanged]) -> None:
    await completeness.due_by_schools(session, [state.school_id for state in states])


async def _forget_schools(session: WriteSession, keys: Sequence[PrimaryKey], *, outbox: Outbox) -> None:
    await forget_reports(session, [school_id for (school_id,) in keys], outbox=outbox)
