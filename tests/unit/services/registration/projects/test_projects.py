"""Which plans and verdicts let a project continue, and which do not."""

from typing import Any

import pytest

from libs.shared.descriptions.gaps import lacking
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Severity
from libs.shared.rules.wording import Text
from services.registration.projects.domain import (
    require_project_plan,
    require_rules_kept,
    variants_of,
)
from services.registration.projects.errors import (
    AnswersMissing,
    ProjectIncomplete,
    ProjectScope,
    ReasonMissing,
    RulesViolated,
)


def _plan(**more: Any) -> Plan:
    return Plan.model_validate(
        {"start": "2022-08-08", "last_day": "2023-06-23", "efforts": [{"variant": "A1"}], **more}
    )


def _verdict(rule_id: str, outcome: CheckOutcome, severity: Severity) -> CheckVerdict:
    reason = Text(da="Fordi.", en="Because.")
    return CheckVerdict(rule_id=rule_id, rule_set="s", version=1, outcome=outcome, severity=severity, reason=reason)


def test_a_plan_that_is_no_projects_plan_is_refused() -> None:
    require_project_plan(None)
    require_project_plan(_plan(last_day=None))
    with pytest.raises(ProjectScope):
        require_project_plan(_plan(scope="pupil"))


def test_variants_are_named_once_in_the_plans_order() -> None:
    assert variants_of(_plan(efforts=[{"variant": each} for each in ("C", "A1", "C", "Zebrasen")])) == ["C", "A1"]


VIOLATED, UNKNOWN, FINE = CheckOutcome.VIOLATED, CheckOutcome.UNKNOWN, CheckOutcome.SATISFIED


def test_an_error_comes_before_a_missing_answer_a_missing_field_and_a_missing_reason() -> None:
    warnings = [_verdict(rule, VIOLATED, Severity.WARNING) for rule in ("W", "V")]
    unanswered = _verdict("U", UNKNOWN, Severity.ERROR)
    error = _verdict("E", VIOLATED, Severity.ERROR)
    gap = lacking("/plan/last_day", "dagen", "the day")
    with pytest.raises(RulesViolated) as refused:
        require_rules_kept([*warnings, unanswered, error, error], {"W"}, [gap])
    assert refused.value.params["rules"] == "E"
    assert [each["rule_id"] for each in refused.value.extra["verdicts"]] == ["W", "V", "U", "E", "E"]
    assert [each["pointer"] for each in refused.value.extra["missing"]] == ["/plan/last_day"]
    with pytest.raises(AnswersMissing):
        require_rules_kept([*warnings, unanswered], {"W", "V"}, [gap])
    with pytest.raises(ProjectIncomplete) as incomplete:
        require_rules_kept(warnings, {"W", "V"}, [gap])
    assert (incomplete.value.pointer, incomplete.value.params["missing"]) == ("/plan/last_day", 1)
    with pytest.raises(ReasonMissing) as unreasoned:
        require_rules_kept(warnings, {"W"})
    assert unreasoned.value.params["rules"] == "V"
    require_rules_kept(warnings, {"W", "V"})


def test_an_info_and_an_unanswered_warning_stop_nothing() -> None:
    kept = [_verdict("I", VIOLATED, Severity.INFO), _verdict("W", UNKNOWN, Severity.WARNING)]
    require_rules_kept([*kept, _verdict("F", FINE, Severity.ERROR)], {})
