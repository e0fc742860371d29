import os

import pytest
from hypothesis import settings

from libs.shared.rules.composition.settings import CompositionRules, CompositionSettings
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.screening.settings import ScreeningRules, ScreeningSettings

# Mutation testing runs these tests for about a thousand mutants: a quarter of the examples finds the same ones faster.
settings.register_profile("mutants", max_examples=25, deadline=None)
if "MUTANT_UNDER_TEST" in os.environ:
    settings.load_profile("mutants")


@pytest.fixture(scope="session")
def screening_2021() -> RuleSet:
    return library_rule_set("screening-2021")


@pytest.fixture(scope="session")
def screening_rules() -> ScreeningRules:
    return read_rules(library_rule_set("screening-2021"), ScreeningSettings)


@pytest.fixture(scope="session")
def composition_rules() -> CompositionRules:
    return read_rules(library_rule_set("composition-2021"), CompositionSettings)


@pytest.fixture(scope="session")
def composition_2021() -> RuleSet:
    return library_rule_set("composition-2021")


@pytest.fixture(scope="session")
def dosage_2021() -> RuleSet:
    return library_rule_set("dosage-2021")
