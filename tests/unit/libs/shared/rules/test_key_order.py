"""A rule set that was stored in a database judges as before, because JSON objects have no order."""

from typing import Any

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.plan_check import judge_plan
from libs.shared.rules.rule_sets import RuleSet

PLAN = Plan.model_validate(
    {
        "start": "2023-08-14",
        "efforts": [
            {"variant": each, "weekly_amount": "1", "unit": "lessons", "weeks": 3, "grades": [1, 8]}
            for each in ("A1", "A2", "B", "C", "D1", "D2", "D3", "E1", "E2", "X9")
        ],
    }
)


def _turned(value: Any) -> Any:
    """The value with the keys of every object in reverse order."""
    if isinstance(value, dict):
        return {name: _turned(value[name]) for name in reversed(value)}
    return [_turned(each) for each in value] if isinstance(value, list) else value


def test_the_order_of_keys_changes_no_verdict_and_no_word_of_it() -> None:
    sets = [library_rule_set(name) for name in ("composition-2021", "dosage-2021")]
    turned = [RuleSet.model_validate(_turned(each.model_dump(mode="json"))) for each in sets]
    assert list(turned[0].settings) == list(reversed(sets[0].settings))
    for at_start in (False, True):
        assert judge_plan(*turned, PLAN, catalog_entries(), at_start=at_start) == judge_plan(
            *sets, PLAN, catalog_entries(), at_start=at_start
        )
