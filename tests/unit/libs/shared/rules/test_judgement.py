"""One place decides from the verdicts whether a plan may be submitted."""

import pytest

from libs.shared.rules.judgement import Judgement, rule_ids
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Severity
from libs.shared.rules.wording import Text


def verdict(outcome: str, severity: str, rule_id: str = "C-CATALOG") -> CheckVerdict:
    return CheckVerdict(
        rule_id=rule_id,
        rule_set="composition-2021",
        version=1,
        outcome=CheckOutcome(outcome),
        severity=Severity(severity),
        reason=Text(da="Fordi.", en="Because."),
    )


@pytest.mark.parametrize(
    ("outcome", "severity", "without", "with_reason"),
    [
        ("violated", "error", False, False),
        ("unknown", "error", False, False),
        ("violated", "warning", False, True),
        ("unknown", "warning", True, True),
        ("violated", "info", True, True),
        ("unknown", "info", True, True),
        ("satisfied", "error", True, True),
        ("not_applicable", "error", True, True),
    ],
)
def test_an_error_blocks_a_warning_asks_for_a_reason_and_nothing_else_matters(
    outcome: str, severity: str, without: bool, with_reason: bool
) -> None:
    judgement = Judgement.of([verdict("satisfied", "error"), verdict(outcome, severity)])
    assert [judgement.may_be_submitted(reason) for reason in (None, "", "Derfor.")] == [without, without, with_reason]
    assert judgement.blocked == (not with_reason)


def test_rules_are_named_once_in_the_order_of_the_verdicts() -> None:
    given = [verdict("violated", "error", rule_id) for rule_id in ("C-GROUP", "C-CATALOG", "C-GROUP")]
    assert rule_ids(Judgement.of(given).violated) == ("C-GROUP", "C-CATALOG")
