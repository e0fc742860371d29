from datetime import date

import pytest

from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.facts import MarkFacts, Readiness, ScreeningFacts
from libs.shared.rules.screening.gross_list import ScreeningResult, questions, screen
from libs.shared.rules.screening.settings import AnswerKind, ScreeningSettings

AS_OF = date(2022, 3, 1)
NOTHING_KNOWN = ScreeningFacts(as_of=AS_OF)
NOT_READY = ScreeningFacts(as_of=AS_OF, grade=8, readiness=Readiness.NOT_READY)
FINE = ScreeningFacts(
    as_of=AS_OF,
    grade=9,
    readiness=Readiness.READY,
    marks=(MarkFacts(subject="danish", given_in_grade=9, mark=12),),
)


def test_one_flag_puts_a_pupil_on_the_list_and_all_verdicts_follow(screening_2021: RuleSet) -> None:
    result = screen(screening_2021, NOT_READY)
    assert [each.rule_id for each in result.verdicts] == ["S-ABSENCE", "S-TEST", "S-NOT-READY", "S-MARK"]
    assert result.on_gross_list
    assert result.flagged == ("S-NOT-READY",)
    assert result.unknown == ("S-ABSENCE", "S-TEST", "S-MARK")


def test_a_pupil_of_whom_nothing_is_known_is_not_on_the_list_and_every_rule_is_unknown(screening_2021: RuleSet) -> None:
    result = screen(screening_2021, NOTHING_KNOWN)
    assert not result.on_gross_list
    assert result.unknown == ("S-ABSENCE", "S-TEST", "S-NOT-READY", "S-MARK")


def test_a_result_survives_the_bus(screening_2021: RuleSet) -> None:
    result = screen(screening_2021, FINE)
    assert ScreeningResult.model_validate_json(result.model_dump_json()) == result


def test_a_screening_before_the_rules_are_in_force_is_an_error(screening_2021: RuleSet) -> None:
    with pytest.raises(NoRuleInForce):
        screen(screening_2021, ScreeningFacts(as_of=date(2020, 12, 31)))


def test_the_received_copy_of_the_rules_decides_and_not_the_packaged_one(screening_2021: RuleSet) -> None:
    data = screening_2021.model_dump(mode="json")
    data["version"] = 2
    data["settings"]["mark"]["flagged_up_to"] = 12
    received = RuleSet.model_validate(data)
    assert screen(received, FINE).flagged == ("S-MARK",)
    assert {each.version for each in screen(received, FINE).verdicts} == {2}
    assert screen(screening_2021, FINE).flagged == ()


def test_there_are_thirteen_questions_with_the_answers_of_the_guide(screening_2021: RuleSet) -> None:
    asked = questions(screening_2021)
    assert [each.id for each in asked] == [f"Q{number}" for number in range(1, 14)]
    special = {"Q1": "text", "Q2": "text", "Q6": "yes_no_with_text", "Q8": "attendance"}
    assert {each.id: each.answer for each in asked} == {
        each.id: special.get(each.id, "yes_no_unknown") for each in asked
    }
    assert all(each.text.da and each.text.en for each in asked)
    assert screening_2021.settings_as(ScreeningSettings).questions == asked


def test_each_kind_of_answer_has_its_codes() -> None:
    assert {each: each.codes for each in AnswerKind} == {
        AnswerKind.TEXT: (),
        AnswerKind.YES_NO_WITH_TEXT: ("yes", "no"),
        AnswerKind.ATTENDANCE: ("none", "partly", "full"),
        AnswerKind.YES_NO_UNKNOWN: ("yes", "no", "unknown"),
    }
