"""Recording a decision, and reading it."""

from datetime import datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.screening.gross_list import FAMILY
from services.registration.catalog.use_cases import rule_set_for
from services.registration.members import queries as members
from services.registration.members.use_cases import class_members, named_members, own_school
from services.registration.screening.use_cases import screen_members
from services.registration.selections import queries
from services.registration.selections.domain import Decision, SelectedPupil, Selection
from services.registration.selections.errors import SelectionInFuture, SelectionNotFound


async def record_selection(
    session: WriteSession, vault: SealedTexts, caller: Principal, decision: Decision, *, now: datetime
) -> Selection:
    """Write down what ``caller`` decided, beside what the screening said of each pupil on that day.

    A pupil without a flag can be selected as well: the list is a help, the decision is a person's. Raises the
    refusals of ``members`` and ``selections``, and those of the rule set.
    """
    decision.require_target()
    if decision.decided_on > danish_date(now):
        raise SelectionInFuture(pointer="/decided_on")
    school = await own_school(session, caller, decision.school_id)
    if decision.class_id is not None:
        found = await class_members(session, school.school_id, decision.class_id, decision.decided_on)
    else:
        found = await named_members(session, school.school_id, decision.pupil_ids, decision.decided_on)
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


async def get_selection(session: ReadSession, vault: SealedTexts, caller: Principal, selection_id: UUID) -> Selection:
    """A decision of one of the caller's schools. Raises ``SelectionNotFound``."""
    selection = await queries.one(session, vault, selection_id)
    if selection is not None:
        school = (await members.schools(session, [selection.decision.school_id])).get(selection.decision.school_id)
        if school is not None and caller.serves(school.municipality_code, school.institution_number):
            return selection
    raise SelectionNotFound
