"""The texts and codes of errors, for people and for programs."""

from datetime import date

import pytest

from libs.shared.rules.errors import NoRuleInForce, OverlappingValidity
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import in_force, require_no_overlap


def test_no_rule_in_force_names_the_set_the_day_and_the_way_out_in_both_languages() -> None:
    error = NoRuleInForce("dosage", date(2020, 12, 31))
    assert (error.code, error.name, error.on) == ("no_rule_in_force", "dosage", date(2020, 12, 31))
    assert error.da == (
        "Ingen version af regelsættet dosage gælder den 31-12-2020. Vælg en anden dato, "
        "eller bed sekretariatet om at udgive en version."
    )
    assert error.en == str(error)
    assert str(error) == (
        "No version of the rule set dosage is in force on 2020-12-31. Choose another date, "
        "or ask the secretariat to publish a version."
    )


def test_overlapping_validity_names_both_sets_in_both_languages() -> None:
    error = OverlappingValidity("one v1", "other v2")
    assert error.code == "overlapping_validity"
    assert error.da == (
        "Regelsættene one v1 og other v2 gælder samme dag. Luk det ene med en slutdato, før det andet begynder."
    )
    assert error.en == (
        "The rule sets one v1 and other v2 are in force on the same day. "
        "Close one with an end date before the other begins."
    )


def test_the_search_for_a_set_names_what_was_asked_for_and_what_was_found_twice() -> None:
    one = library_rule_set("dosage-2021")
    day = date(2022, 1, 1)
    with pytest.raises(NoRuleInForce) as none:
        in_force([one], "screening", day)
    assert (none.value.name, none.value.on) == ("screening", day)
    other = one.model_copy(update={"name": "dosage-2022", "version": 3})
    with pytest.raises(OverlappingValidity) as two:
        in_force([one, other], "dosage", day)
    assert "dosage-2021 v1 and dosage-2022 v3" in two.value.en
    third = other.model_copy(update={"name": "dosage-2023"})
    with pytest.raises(OverlappingValidity) as three:
        in_force([one, other, third], "dosage", day)
    assert "dosage-2021 v1 and dosage-2022 v3" in three.value.en


def test_sets_of_another_family_between_two_do_not_hide_that_they_overlap() -> None:
    one, between = library_rule_set("dosage-2021"), library_rule_set("screening-2021")
    with pytest.raises(OverlappingValidity) as refused:
        require_no_overlap([one, between, one.model_copy(update={"name": "dosage-2022"})])
    assert "dosage-2021 v1 and dosage-2022 v1" in refused.value.en
