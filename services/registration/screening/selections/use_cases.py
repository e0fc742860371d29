"""Records a decision, and reads it."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.screening.gross_list import FAMILY
from services.registration.access import own_school, own_selection
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.errors import SelectionNotFound
from services.registration.roster.members.errors import ClassEmpty, PupilNotAtSchool
from services.registration.roster.members.queries import Member
from services.registration.roster.members.use_cases import class_members, named_members, shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolUnknown
from services.registration.screening.gross_list.use_cases.screening import screen_members
from services.registration.screening.selections import queries
from services.registration.screening.selections.domain import Decision, SelectedPupil, Selection
from services.registration.screening.selections.errors import SelectionInFuture


async def record_selection(
    session: WriteSession, vault: SealedTexts, caller: Principal, decision: Decision, *, now: datetime
) -> Selection:
    """Store the decision of ``caller``, with the screening's verdicts on each pupil on that day.

    A pupil without a flag can also be selected: the list only helps, and a person decides. Raises the refusals of
    ``members`` and ``selections``, and those of the rule set.
    """
    decision.require_target()
    if decision.decided_on > danish_date(now):
        raise SelectionInFuture(pointer="/decided_on")
    found_school = await schools.one(session, decision.school_id)
    school = own_school(caller, found_school, SchoolUnknown, pointer="/school_id")
    found = await _decided_about(session, caller, decision, danish_date(now))
    rule_set = await rule_set_for(session, FAMILY, decision.decided_on)
    results = await screen_members(session, rule_set, found, decision.decided_on)
    selection = Selection(
        selection_id=uuid4(),
        municipality_code=school.municipality_code,
        decision=decision,
        decided_by=caller.subject,
        recorded_at=now,
        pupils=tuple(SelectedPupil(pupil_id, results[pupil_id].verdicts) for pupil_id in sorted(results)),
    )
    await queries.add(session, vault, selection)
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


async def get_selection(
    session: ReadSession, vault: SealedTexts, caller: Principal, selection_id: UUID, today: date
) -> tuple[Selection, int]:
    """A decision of one of the caller's schools with those of its pupils whom the caller may see, and the number of the
    others. Raises ``SelectionNotFound``, also if the caller may see none of its pupils, because the reasons are about
    them.
    """
    found = await queries.one(session, vault, selection_id)
    school = None if found is None else await schools.one(session, found.decision.school_id)
    selection = own_selection(caller, found, school)
    shown = await shown_pupils(session, caller, (each.pupil_id for each in selection.pupils), today)
    if not shown:
        raise SelectionNotFound
    pupils = tuple(each for each in selection.pupils if each.pupil_id in shown)
    return replace(selection, pupils=pupils), len(selection.pupils) - len(pupils)
