"""The JSON Schemas of rule sets are frozen, accept every packaged set, and refuse only faults."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import Field, ValidationError, create_model

from libs.shared.rules.__main__ import main
from libs.shared.rules.families import SETTINGS, require_readable
from libs.shared.rules.library import library_rule_sets, packaged
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.schemas import Generator, file_of, schema_of

SOURCE = Path(__file__).parents[5] / "libs" / "shared" / "rules" / "schemas"
SETS = {each.family: each for each in library_rule_sets()}


def frozen(family: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SOURCE / file_of(family)).read_text(encoding="utf-8"))
    return found


def validator(family: str) -> Draft202012Validator:
    return Draft202012Validator(frozen(family), format_checker=Draft202012Validator.FORMAT_CHECKER)


def document(family: str) -> dict[str, Any]:
    """A copy of the packaged set as a document."""
    found: dict[str, Any] = json.loads(packaged(f"{SETS[family].name}.json"))
    return found


def test_the_frozen_schemas_are_those_that_are_made(tmp_path: Path) -> None:
    assert main(["schemas", str(tmp_path)]) == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(map(file_of, SETTINGS))
    for family in SETTINGS:
        assert frozen(family) == schema_of(family), "python -m libs.shared.rules schemas"
        text = (tmp_path / file_of(family)).read_bytes()
        assert text == (SOURCE / file_of(family)).read_bytes(), "python -m libs.shared.rules schemas"
        assert b'\n  "$id": ' in text
    assert "én underviser".encode() in (tmp_path / file_of("composition")).read_bytes()


@pytest.mark.parametrize("family", SETTINGS)
def test_a_schema_is_one_names_no_host_and_describes_every_part(family: str) -> None:
    schema = frozen(family)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:skoleloeft:rule-set-schema:{family}"
    assert [each for each in _texts(schema) if "://" in each] == ["https://json-schema.org/draft/2020-12/schema"]
    assert all(part["description"] for part in (schema, *schema["$defs"].values()))
    assert "``" not in json.dumps(schema)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("family", SETTINGS)
def test_every_packaged_set_is_valid_as_it_is_written_and_as_it_is_published(family: str) -> None:
    for each in (document(family), SETS[family].model_dump(mode="json")):
        assert list(validator(family).iter_errors(each)) == []


def test_a_family_without_functions_here_has_no_schema() -> None:
    with pytest.raises(KeyError, match="nothing"):
        schema_of("nothing")


@pytest.mark.parametrize(
    ("field", "taken", "refused"),
    [
        (Field(), ["-1.5", "0", -3, "10.50"], ["", "-", "1,5", "1.", ".5", 1.5, "1e2", None]),
        (Field(ge=0), ["0", "0.0", 7, "101.5"], ["-1", "-0.1", -1]),
        (Field(gt=0), ["0.01", "10", 1], ["0", "0.00", 0, "-1"]),
        (Field(gt=0, le=100), ["0.01", "100", "100.00", "99.99", 100], ["0", "100.01", "101", 101, "-1"]),
    ],
)
def test_a_decimal_is_exact_text_or_a_whole_number_within_its_limits(
    field: Any, taken: list[Any], refused: list[Any]
) -> None:
    schema = create_model("Any", amount=(Decimal, field)).model_json_schema(schema_generator=Generator)
    assert [each for each in taken if not Draft202012Validator(schema).is_valid({"amount": each})] == []
    assert [each for each in refused if Draft202012Validator(schema).is_valid({"amount": each})] == []


def test_a_limit_that_cannot_be_said_of_text_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^only a limit of 100 can be said of text$"):
        create_model("Any", amount=(Decimal, Field(le=99))).model_json_schema(schema_generator=Generator)


def test_a_second_folder_is_no_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schemas", str(tmp_path), str(tmp_path)]) == 2
    assert "schemas [FOLDER]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


Seed = Callable[[dict[str, Any]], Any]


def at(*path: str | int, value: Any = None, gone: bool = False) -> Seed:
    """A function that puts a value at a place of the document, or removes that place."""

    def seed(found: dict[str, Any]) -> None:
        inside: Any = found
        for part in path[:-1]:
            inside = inside[part]
        if gone:
            del inside[path[-1]]
        else:
            inside[path[-1]] = value

    return seed


MINIMUMS = ("settings", "minimums")
FAULTS: list[tuple[str, Seed]] = [
    ("screening", at("settings", "absence", "flagged_from_percent", gone=True)),
    ("screening", at("settings", "absence", "flagged_from_percent", value="-10")),
    ("screening", at("settings", "absence", "flagged_from_percent", value=-10)),
    ("screening", at("settings", "absence", "flagged_from_percent", value="0.00")),
    ("screening", at("settings", "absence", "flagged_from_percent", value="101")),
    ("screening", at("settings", "absence", "flagged_from_percent", value="ti")),
    ("screening", at("settings", "mark", "given_in_grades", value=[8, 11])),
    ("screening", at("settings", "questions", 0, "answer", value="essay")),
    ("screening", at("valid_from", value="2021-02-30")),
    ("screening", at("valid_from", value="1. januar 2021")),
    ("screening", at("valid_to", value="2021")),
    ("screening", at("version", value=0)),
    ("screening", at("family", value="composition")),
    ("screening", at("settings", value=None)),
    ("composition", at("settings", "group", "least_pupils", gone=True)),
    ("composition", at("settings", "group", "most_pupils", value=0)),
    ("composition", at("settings", "group", "severity", value="fatal")),
    ("composition", at("settings", "community", "severity", "class", value="error")),
    ("composition", at("settings", "declared", 0, "fields", 0, "field", value="replaces_teaching")),
    ("composition", at("settings", "declared", 0, "of", value="plan")),
    ("composition", at("settings", "declared", 0, "fields", value=[])),
    ("composition", at("settings", "declared", 0, "fields", 0, "label", "en", gone=True)),
    ("composition", at("settings", "organisation", "ways", "both_sit", value={"da": "x", "en": "x"})),
    ("dosage", at("settings", "lesson_minutes", gone=True)),
    ("dosage", at("settings", "lesson_minutes", value=0)),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "weekly_amount", value="-10.5")),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "weekly_amount", value="0")),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "weekly_amount", gone=True)),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "school_years", gone=True)),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "weeks", value=20)),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "unit", value="hours")),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "unit", value="packages")),
    ("dosage", at(*MINIMUMS, 0, "phases", 0, "session_minutes", value={"least": -1})),
    ("dosage", at("settings", "forecast", "mean_of_weeks", value=None)),
    ("funding", at("settings", "pool", value=-1)),
    ("funding", at("settings", "invited", value="mange")),
    ("support", at("settings", "severity", "SUP-TRIED", value="stop")),
    ("support", at("settings", "levels", 0, "rank", value="-1")),
    ("support", at("settings", "follow_up_weeks", value=0)),
    ("vulnerable", at("settings", "younger", "flagged_from_mean", gone=True)),
    ("vulnerable", at("settings", "older", "from_grade", value=-1)),
    ("vulnerable", at("rules", 0, "title", "da", gone=True)),
]


@pytest.mark.parametrize(("family", "seed"), FAULTS)
def test_a_seeded_fault_is_refused_by_the_schema_alone_and_by_the_models(family: str, seed: Seed) -> None:
    wrong = document(family)
    seed(wrong)
    assert not validator(family).is_valid(wrong)
    if wrong["family"] == family:
        with pytest.raises(ValidationError):
            require_readable(RuleSet.model_validate(wrong))


@pytest.mark.parametrize(
    ("family", "seed"),
    [
        ("screening", at("settings", "absence", "flagged_from_percent", value="9.5")),
        ("screening", at("settings", "absence", "flagged_from_percent", value=100)),
        ("screening", at("settings", "absence", "flagged_from_percent", value="100.0")),
        ("screening", at("valid_to", value="2025-08-01")),
        ("composition", at("settings", "organisation", value=None)),
        ("composition", at("settings", "grade", gone=True)),
        ("dosage", at(*MINIMUMS, 0, "phases", 0, "weekly_amount", value="12")),
        ("dosage", at(*MINIMUMS, 0, "phases", value=[])),
        ("dosage", at("a_later_field", value=1)),
    ],
)
def test_another_value_that_may_be_is_taken_by_both(family: str, seed: Seed) -> None:
    other = document(family)
    seed(other)
    assert validator(family).is_valid(other)
    require_readable(RuleSet.model_validate(other))
