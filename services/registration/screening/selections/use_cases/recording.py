"""Records a decision."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.screening.gross_list import FAMILY
from services.registration.access import own_school
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.roster.members.errors import ClassEmpty, PupilNotAtSchool
from services.registration.roster.members.queries import Member
from services.registration.roster.members.use_cases import class_members, named_members, shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolUnknown
from services.registration.roster.schools.queries import SchoolRecord
from services.registration.screening.gross_list.use_cases.screening import screen_members
from services.registration.screening.kept_lists import queries as kept_lists
from services.registration.screening.selections.domain import (
    Decision,
    Mark,
    SelectedPupil,
    Selection,
    require_selected,
)
from services.registration.screening.selections.errors import KeptListUnknown, SelectionInFuture
from services.registration.screening.selections.publishing import publish
from services.registration.screening.selections.queries import selections


@dataclass(frozen=True, slots=True)
class Recorder:
    """What recording and changing a decision needs."""

    vault: SealedTexts
    outbox: Outbox


async def record_selection(
    session: WriteSession, recorder: Recorder, caller: Principal, decision: Decision, *, now: datetime
) -> Selection:
    """Store the decision of ``caller``, with the screening's verdicts on each pupil on that day, and an event for each
    pupil.

    A pupil without a flag can also be selected: the list only helps, and a person decides. Raises the refusals of
    ``members`` and ``selections``, and those of the rule set.
    """
    decision.require_target()
    if decision.decided_on > danish_date(now):
        raise SelectionInFuture(pointer="/decided_on")
    found_school = await schools.one(session, decision.school_id)
    school = own_school(caller, found_school, SchoolUnknown, pointer="/school_id")
    found = await _decided_about(session, caller, decision, danish_date(now))
    require_selected(decision.designated, [each.pupil_id for each in found], "/designated_pupil_ids")
    await _require_kept_list(session, decision, school)
    rule_set = await rule_set_for(session, FAMILY, decision.decided_on)
    results = await screen_members(session, rule_set, found, decision.decided_on)
    selection = Selection(
        selection_id=uuid4(),
        municipality_code=school.municipality_code,
        decision=decision,
        decided_by=caller.subject,
        recorded_at=now,
        pupils=tuple(
            SelectedPupil(pupil_id, results[pupil_id].verdicts, pupil_id in decision.designated)
            for pupil_id in sorted(results)
        ),
        marks=tuple(Mark(pupil_id, True, caller.subject, now) for pupil_id in sorted(decision.designated)),
    )
    await selections.add(session, recorder.vault, selection)
    await publish(session, recorder.outbox, school.municipality_code, results)
    return selection


async def _decided_about(session: ReadSession, caller: Principal, decision: Decision, today: date) -> list[Member]:
    """The pupils of the decision: they were at the school on its day, and the caller may see them today."""
    school_id, on = decision.school_id, decision.decided_on
    if decision.class_id is not None:
        found = await class_members(session, school_id, decision.class_id, on)
        shown = await shown_pupils(session, caller, (each.pupil_id for each in found), today)
        if not shown:
            raise ClassEmpty(pointer="/class_id", on=today.isoformat())
        return [each for each in found if each.pupil_id in shown]
    found = await named_members(session, school_id, decision.pupil_ids, on)
    shown = await shown_pupils(session, caller, decision.pupil_ids, today)
    for index, pupil_id in enumerate(decision.pupil_ids):
        if pupil_id not in shown:
            raise PupilNotAtSchool(pointer=f"/pupil_ids/{index}", on=today.isoformat())
    return found


async def _require_kept_list(session: ReadSession, decision: Decision, school: SchoolRecord) -> None:
    """Check that the list is about the school or its municipality. Raises ``KeptListUnknown``."""
    if decision.kept_list_id is None:
        return
    found: UUID | str | None = await kept_lists.subject_of(session, decision.kept_list_id)
    if found not in (school.school_id, school.municipality_code):
        raise KeptListUnknown(pointer="/kept_list_id")
