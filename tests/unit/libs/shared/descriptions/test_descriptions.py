"""A description names everything it lacks, and contradicts itself in no place unseen; the guide's example lacks
nothing.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.cli.main import main
from libs.shared.descriptions.budget import BudgetOutcome, held
from libs.shared.descriptions.complete import gaps
from libs.shared.descriptions.document import ProjectDocument

ROOT = Path(__file__).parents[5]
EXAMPLE = ROOT / "docs" / "examples" / "project.yaml"
MAY_BE_LEFT_OUT = {
    "initiative_id",
    "description.target_group.sources",
    "description.target_group.pupils",
    "description.possibilities.specialists",
    "description.possibilities.across_schools",
    "description.possibilities.times_reason",
    "description.choice.heard",
    "description.choice.division",
    "description.budget.own_financing",
    "description.budget.explanation",
}
"""What the guide leaves open, or asks for only in certain cases."""


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return read


def found(content: dict[str, Any]) -> dict[str, str]:
    return {each.pointer: each.code for each in gaps(ProjectDocument.model_validate(content))}


def put(content: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """A copy with another value at a place such as ``plan.efforts.0``; None takes the field away."""
    made = copy.deepcopy(content)
    *path, last = place.split(".")
    inner: Any = made
    for step in path:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    if value is None:
        del inner[last]
    else:
        inner[int(last) if last.isdigit() else last] = value
    return made


def test_the_example_can_be_submitted_and_lists_every_field_of_a_description(
    example: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(example) == {}
    assert main(["check", str(EXAMPLE), "--language", "da"]) == 0
    assert capsys.readouterr().out.startswith("Projektbeskrivelsen kan indsendes.\n")
    described = ProjectDocument.model_validate(example).description
    for section in ("target_group", "choice", "organisation", "budget"):
        model = type(getattr(described, section))
        assert model.model_fields.keys() == example["description"][section].keys(), section
    assert (
        type(described.possibilities).model_fields.keys() - {"suppliers"}
        == example["description"]["possibilities"].keys()
    )


def test_every_field_that_is_taken_away_is_missing_unless_it_may_be_left_out(example: dict[str, Any]) -> None:
    for section, fields in example["description"].items():
        for name in fields:
            place = f"description.{section}.{name}"
            lacking = found(put(example, place, None))
            if place in MAY_BE_LEFT_OUT or section == "budget":
                assert lacking == {}, place
            else:
                assert any(each.startswith("/" + place.replace(".", "/")) for each in lacking), (place, lacking)
    for name in example["description"]["organisation"]["staff"]:
        assert f"/description/organisation/staff/{name}" in found(
            put(example, f"description.organisation.staff.{name}", None)
        )
    assert found(put(example, "description", None)).keys() >= {"/description/budget", "/description/choice/reason"}
    assert found(put(example, "plan.last_day", None)) == {"/plan/last_day": "description.missing"}


@pytest.mark.parametrize(
    ("place", "value", "pointer", "code"),
    [
        ("description.target_group.narrowed", False, "/description/target_group/narrowed", "narrowed"),
        (
            "description.choice.courses.0.school_id",
            "11111111-3c0c-4d5e-9a55-0d7f6f1f2a10",
            "/description/choice/courses/0/school_id",
            "school_outside",
        ),
        ("description.choice.courses.0.variant", "B", "/description/choice/courses/0/variant", "variant_outside"),
        ("description.choice.courses.0.grades", [4, 9], "/description/choice/courses/0/grades", "grade_outside"),
        ("description.choice.courses.3.variant", "A1", "/plan/efforts/2", "effort_without_course"),
        (
            "description.organisation.implementation.0.last_day",
            "2022-08-01",
            "/description/organisation/implementation/0/last_day",
            "ends_before_start",
        ),
        ("description.budget.own_financing", 910_001, "/description/budget/own_financing", "own_financing"),
    ],
)
def test_a_contradiction_is_named_by_its_place_in_both_languages(
    example: dict[str, Any], place: str, value: Any, pointer: str, code: str
) -> None:
    document = ProjectDocument.model_validate(put(example, place, value))
    (gap,) = [each for each in gaps(document) if each.pointer == pointer]
    assert gap.code == f"description.{code}"
    assert all([gap.reason.da, gap.reason.en, gap.remedy.da, gap.remedy.en])


def test_a_school_without_a_planned_course_is_named(example: dict[str, Any]) -> None:
    courses = example["description"]["choice"]["courses"][:2]
    assert "/school_ids/1" in found(put(example, "description.choice.courses", courses))


def test_suppliers_are_asked_for_where_the_plan_uses_some(example: dict[str, Any]) -> None:
    assert "/description/possibilities/suppliers" in found(put(example, "plan.uses_external_suppliers", True))


def test_the_command_line_prints_what_is_missing_and_its_remedy(
    example: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "project.json"
    file.write_text(json.dumps(put(example, "description.organisation.parents", None), default=str), encoding="utf-8")
    assert main(["check", str(file), "--language", "da"]) == 1
    said = capsys.readouterr().out
    assert "/description/organisation/parents  Projektbeskrivelsen angiver ikke hvordan forældrene" in said
    assert "C-IMPLEMENTATION" in said
    file.write_text(json.dumps(put(example, "description.organisation.parentz", "x"), default=str), encoding="utf-8")
    assert main(["check", str(file)]) == 2
    assert "/description/organisation/parentz: field.unknown" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("amounts", "outcome", "remaining"),
    [
        ((None, None, 100, 0), BudgetOutcome.UNKNOWN, None),
        ((100, 0, None, 0), BudgetOutcome.UNKNOWN, None),
        ((100, 0, 100, 0), BudgetOutcome.WITHIN, 0),
        ((101, 0, 100, 0), BudgetOutcome.OVER, -1),
        ((101, 1, 100, 0), BudgetOutcome.WITHIN, 0),
        ((60, 0, 100, 41), BudgetOutcome.OVER, -1),
    ],
)
def test_a_budget_is_held_against_what_is_left_of_the_grant(
    amounts: tuple[int | None, int | None, int | None, int], outcome: BudgetOutcome, remaining: int | None
) -> None:
    total, own_financing, grant, elsewhere = amounts
    found = held(total, own_financing, grant, elsewhere)
    assert (found.outcome, found.remaining) == (outcome, remaining)
    assert found.reason.da
    assert found.reason.en
