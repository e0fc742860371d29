import pytest

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet


@pytest.fixture(scope="session")
def screening_2021() -> RuleSet:
    return library_rule_set("screening-2021")


@pytest.fixture(scope="session")
def composition_2021() -> RuleSet:
    return library_rule_set("composition-2021")


@pytest.fixture(scope="session")
def dosage_2021() -> RuleSet:
    return library_rule_set("dosage-2021")
