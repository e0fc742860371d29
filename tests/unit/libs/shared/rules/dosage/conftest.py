import pytest

from libs.shared.rules.rule_sets import RuleSet


@pytest.fixture
def two_phases(dosage_2021: RuleSet) -> RuleSet:
    """A short minimum of two phases, as D1 has them: 35 lessons for 2 weeks, then 2 sessions of 45 minutes for 3."""
    data = dosage_2021.model_dump(mode="json")
    data["settings"]["minimums"] = [
        {
            "variant": "D1",
            "phases": [
                {"unit": "lessons", "weekly_amount": "35", "weeks": 2},
                {"unit": "sessions", "weekly_amount": "2", "weeks": 3, "session_minutes": {"least": 45, "most": 45}},
            ],
        }
    ]
    return RuleSet.model_validate(data)
