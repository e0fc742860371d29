from datetime import UTC, datetime

import pytest

from libs.shared.rules.library import library_rule_set, library_rule_sets
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.rule_sets.domain import PublishedRuleSet, next_version, require_judgeable
from services.intervention_catalog.rule_sets.errors import RuleSetNotNewer, RuleSetUnreadable


def published(rule_set: RuleSet, aggregate_version: int) -> PublishedRuleSet:
    return PublishedRuleSet(
        name=rule_set.name,
        version=rule_set.version,
        aggregate_version=aggregate_version,
        family=rule_set.family,
        valid_from=rule_set.valid_from,
        valid_to=rule_set.valid_to,
        published_at=datetime(2022, 8, 1, tzinfo=UTC),
        content=rule_set,
    )


def test_every_packaged_rule_set_can_be_judged_by() -> None:
    for rule_set in library_rule_sets():
        require_judgeable(rule_set)


def test_settings_that_the_family_cannot_read_are_refused_with_the_fields_named() -> None:
    broken = library_rule_set("dosage-2021").model_copy(update={"settings": {"lesson_minutes": 45}})
    with pytest.raises(RuleSetUnreadable) as refused:
        require_judgeable(broken)
    assert "minimums" in refused.value.messages["da"]
    assert "dosage-2021 version 1" in refused.value.messages["en"]


def test_a_family_without_functions_here_is_passed_on_as_it_is() -> None:
    require_judgeable(library_rule_set("dosage-2021").model_copy(update={"family": "later", "settings": {}}))


def test_the_first_version_published_is_one_whatever_the_set_calls_itself() -> None:
    assert next_version(None, library_rule_set("dosage-2021").model_copy(update={"version": 7})) == 1


def test_a_higher_version_follows_and_raises_the_aggregate_version_by_one() -> None:
    one = library_rule_set("dosage-2021")
    assert next_version(published(one, 4), one.model_copy(update={"version": 9})) == 5


@pytest.mark.parametrize("version", [2, 3])
def test_a_version_that_is_not_higher_than_the_newest_is_refused(version: int) -> None:
    three = library_rule_set("dosage-2021").model_copy(update={"version": 3})
    with pytest.raises(RuleSetNotNewer, match="version 3"):
        next_version(published(three, 1), three.model_copy(update={"version": version}))
