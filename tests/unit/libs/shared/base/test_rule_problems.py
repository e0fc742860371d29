"""Each refusal of the rules has a problem with its texts."""

from libs.shared.base.rule_problems import PROBLEM_OF_CODE, problem_of
from libs.shared.rules.errors import OverlappingValidity, RuleError


def test_each_fault_of_the_rules_has_a_problem() -> None:
    assert set(PROBLEM_OF_CODE) == {each.code for each in RuleError.__subclasses__()}


def test_the_problem_says_what_the_rules_said() -> None:
    fault = OverlappingValidity("dosage/1", "dosage/2")
    assert problem_of(fault).messages == {"da": fault.da, "en": fault.en}
