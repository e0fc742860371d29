"""The typed client of screening: kept lists, the 13 questions, marks and reversals, also after lost answers."""

from datetime import date

from libs.shared.client.registration.client import Registration as Client
from libs.shared.client.registration.models import Behind, SelectionAsked
from libs.shared.client.screening.client import Screening
from libs.shared.client.screening.models import Answers, AnswerWritten, AssessmentAsked, ListToKeep
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import classroom, month_of, school_id, tell

DAY = date(2023, 6, 30)


async def test_a_list_is_kept_pupils_are_assessed_and_a_decision_is_marked_and_reversed(
    callers: Callers, registration: Registration
) -> None:
    ids, school = await classroom(registration), await school_id(registration)
    await tell(registration.db, [month_of(ids[1], month, "12") for month in ("2022-09", "2022-11")])
    team = callers.losing_puts().typed("resource_team", "101")
    screening = Screening(team)
    kept = await screening.keep(ListToKeep(school_id=school, as_of=DAY))
    assert (kept.pupils, kept.screened) == (1, 6)
    await tell(registration.db, [month_of(ids[1], month, "1", version=2) for month in ("2022-09", "2022-11")])
    (shown,) = [each async for each in screening.kept_list(kept.kept_list_id)]
    assert (shown.pupil_id, shown.verdicts[0].outcome) == (ids[1], "flagged")
    assert [each async for each in screening.kept_lists("101", school)] == [kept]

    questions = (await screening.questions(DAY)).questions
    assert len(questions) == 13
    some = [AnswerWritten(question="Q1", text="Taler sjældent i timerne."), AnswerWritten(question="Q10", answer="no")]
    asked = AssessmentAsked(school_id=school, pupil_ids=[ids[1]], as_of=DAY, answers=some)
    begun = await screening.begin(asked)
    assert (begun.version, len(begun.unanswered)) == (1, 11)
    final = Answers(status="final", answers=[*some, AnswerWritten(question="Q8", answer="partly")])
    saved = await screening.save(begun.assessment_id, final)
    assert (saved.version, saved.status, team.retries) == (2, "final", 1)
    assert await screening.assessment(begun.assessment_id) == saved
    assert [each.version async for each in screening.versions(begun.assessment_id)] == [1, 2]
    assert [each.pupils async for each in screening.assessments("101", school, status="final")] == [1]

    decision = SelectionAsked(
        school_id=school,
        kind="group",
        pupil_ids=[ids[1], ids[2]],
        decided_on=DAY,
        socially_vulnerable=True,
        behind=[Behind.WELLBEING],
        reason="Holdet dannes om læsning.",
        parents_dialogue="Møde den 27. juni.",
    )
    made = await Client(team).select(decision)
    marked = await screening.designate(made.selection_id, [ids[2]])
    assert [each.pupil_id for each in marked.pupils if each.designated] == [ids[2]]
    assert team.retries == 2
    assert await screening.decision(made.selection_id) == marked
    reversed_ = await screening.reverse(made.selection_id, DAY, "Et andet tilbud.")
    assert reversed_.reversal is not None
    assert [each.designated async for each in screening.decisions("101", school, is_reversed=True)] == [1]
    assert [each async for each in screening.decisions("101", school, is_reversed=False)] == []
