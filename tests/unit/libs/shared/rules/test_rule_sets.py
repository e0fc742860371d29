from datetime import date

import pytest
from pydantic import ValidationError

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.differences import source_differences
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.errors import NoRuleInForce, OverlappingValidity
from libs.shared.rules.families import is_judged_here, require_readable
from libs.shared.rules.library import library_rule_set, library_rule_sets, packaged
from libs.shared.rules.rule_sets import RuleSet, in_force, read_rules, require_no_overlap


def version(number: int, first: str, last: str | None, name: str = "screening-2021") -> RuleSet:
    return library_rule_set("screening-2021").model_copy(
        update={
            "name": name,
            "version": number,
            "valid_from": date.fromisoformat(first),
            "valid_to": date.fromisoformat(last) if last else None,
        }
    )


def test_the_packaged_sets_start_in_2021_and_are_open_ended_with_settings_their_family_reads() -> None:
    assert [each.name for each in library_rule_sets()] == [
        "screening-2021",
        "composition-2021",
        "dosage-2021",
        "funding-2021",
        "support-2019",
        "vulnerable-2024",
    ]
    for each in library_rule_sets():
        # The shares of the funding are as of the last day of 2019, and that day chooses the version.
        first = date(2019, 12, 31) if each.family == "funding" else date(2021, 1, 1)
        assert (each.version, each.valid_from, each.valid_to) == (1, first, None)
        assert is_judged_here(each)
        require_readable(each)


@pytest.mark.parametrize("name", ["screening-2021", "screening"])
def test_a_set_is_found_by_name_or_family_from_its_first_day(name: str) -> None:
    assert in_force(library_rule_sets(), name, date(2021, 1, 1)).name == "screening-2021"
    with pytest.raises(NoRuleInForce) as caught:
        in_force(library_rule_sets(), name, date(2020, 12, 31))
    assert caught.value.code == "no_rule_in_force"
    assert "31-12-2020" in caught.value.da
    assert "2020-12-31" in caught.value.en


def test_the_last_day_is_exclusive_and_the_next_version_takes_over_on_it() -> None:
    both = [version(1, "2021-01-01", "2023-08-01"), version(2, "2023-08-01", None)]
    require_no_overlap(both)
    assert in_force(both, "screening", date(2023, 7, 31)).version == 1
    assert in_force(both, "screening", date(2023, 8, 1)).version == 2


@pytest.mark.parametrize("later", ["2021-01-01", "2022-06-01", "2023-07-31"])
def test_two_versions_that_claim_a_day_are_refused(later: str) -> None:
    both = [version(2, later, None, name="screening-2023"), version(1, "2021-01-01", "2023-08-01")]
    with pytest.raises(OverlappingValidity, match=r"screening-2023 v2.*screening-2021 v1"):
        require_no_overlap(both)
    with pytest.raises(OverlappingValidity):
        in_force(both, "screening", date(2023, 7, 31))


def test_sets_of_different_families_may_share_a_day() -> None:
    require_no_overlap(library_rule_sets())


def test_a_set_that_ends_on_its_first_day_is_refused() -> None:
    data = library_rule_set("dosage-2021").model_dump(mode="json") | {"valid_to": "2021-01-01"}
    with pytest.raises(ValidationError, match="valid_to is exclusive"):
        RuleSet.model_validate(data)


def test_a_set_survives_the_bus_and_a_field_added_by_a_newer_producer_is_ignored() -> None:
    for each in library_rule_sets():
        assert RuleSet.model_validate_json(each.model_dump_json()) == each
        assert RuleSet.model_validate(each.model_dump(mode="json") | {"added_later": 1}) == each


def test_a_family_without_functions_here_is_held_and_not_judged() -> None:
    later = library_rule_set("dosage-2021").model_copy(update={"family": "later", "settings": {"limit": "6"}})
    assert RuleSet.model_validate_json(later.model_dump_json()) == later
    assert not is_judged_here(later)
    with pytest.raises(KeyError):
        require_readable(later)


def test_settings_that_are_not_of_the_family_are_refused_before_they_are_published() -> None:
    wrong = library_rule_set("dosage-2021").model_copy(update={"settings": {"lesson_minutes": 0}})
    with pytest.raises(ValidationError):
        require_readable(
            RuleSet.model_validate(wrong.model_dump(mode="json")),
        )


def test_settings_that_were_read_are_used_again_and_a_copy_with_other_settings_reads_its_own() -> None:
    original = library_rule_set("dosage-2021")
    read = read_rules(original, DosageSettings)
    assert read_rules(read, DosageSettings) is read
    other = original.model_copy(update={"settings": original.settings | {"lesson_minutes": 60}})
    assert read_rules(other, DosageSettings).settings.lesson_minutes == 60
    assert read.settings.lesson_minutes == 45
    assert other != original


def test_an_unknown_packaged_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        library_rule_set("screening-1999")


def test_the_catalog_has_the_nine_variants_and_agrees_with_the_dosage_that_is_judged() -> None:
    entries = {each.id: each for each in catalog_entries()}
    assert list(entries) == ["A1", "A2", "B", "C", "D1", "D2", "D3", "E1", "E2"]
    assert entries["D3"].minimum == ()
    assert [each.weeks for each in entries["D1"].minimum] == [2, 8]
    judged = library_rule_set("dosage-2021").settings_as(DosageSettings).minimums
    assert [each.variant for each in judged] == list(entries)
    for each in judged:
        shown = [(one.unit, one.amount, one.weeks, one.school_years) for one in entries[each.variant].minimum]
        assert shown == [
            (one.unit, one.weekly_amount or one.phase_amount, one.weeks, one.school_years) for one in each.phases
        ]


def test_a_catalog_entry_is_valid_from_its_first_day_to_the_day_before_its_last() -> None:
    entry = catalog_entries()[0].model_copy(update={"valid_to": date(2023, 8, 1)})
    days = [date(2020, 12, 31), date(2021, 1, 1), date(2023, 7, 31), date(2023, 8, 1)]
    assert [entry.is_valid(day) for day in days] == [False, True, True, False]


def test_every_choice_and_difference_stands_on_the_generated_page() -> None:
    page = source_differences(library_rule_sets())
    for rule_set in library_rule_sets():
        assert f"## {rule_set.name}, version 1 (source {', '.join(rule_set.sources)})" in page
        for choice in rule_set.choices:
            assert f"| `{choice.setting}` | {choice.default} | {choice.text.en} |" in page
        for difference in rule_set.differences:
            assert difference.text.en in page


def test_choices_and_differences_name_rules_of_their_own_set() -> None:
    for rule_set in library_rule_sets():
        ids = {each.id for each in rule_set.rules}
        named = [each.rule_ids for each in rule_set.choices] + [each.rule_ids for each in rule_set.differences]
        assert ids.issuperset(one for each in named for one in each)


def test_a_packaged_file_is_read_as_it_was_written_with_its_danish_letters() -> None:
    text = packaged("screening-2021.json")
    assert text.startswith("{")
    assert "Fravær på 10 % eller mere" in text
    assert RuleSet.model_validate_json(text) == library_rule_set("screening-2021")
    with pytest.raises(FileNotFoundError):
        packaged("screening-1999.json")
