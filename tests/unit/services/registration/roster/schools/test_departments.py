"""Departments belong to a main school of the municipality that is no department itself, whatever the order of rows."""

from itertools import permutations

import pytest

from services.registration.roster.schools.domain import GivenSchool, StoredSchool, refused_departments


def row(number: str, main: str | None = None) -> GivenSchool:
    return GivenSchool(number, "Skolen", "public", None, main, "registered")


def stored(main: str | None = None) -> StoredSchool:
    return StoredSchool("Skolen", "public", "101", main, "registered")


@pytest.mark.parametrize(
    ("rows", "known", "refused"),
    [
        ([row("A"), row("B", "A"), row("C", "A")], {}, {}),
        ([row("B", "A")], {"A": stored()}, {}),
        ([row("B", "X")], {}, {"B": "school.main_unknown"}),
        (
            [row("A"), row("B", "A"), row("C", "B")],
            {},
            {"B": "school.has_departments", "C": "school.main_is_department"},
        ),
        ([row("C", "B")], {"A": stored(), "B": stored("A")}, {"C": "school.main_is_department"}),
        ([row("B", "A")], {"A": stored(), "B": stored(), "C": stored("B")}, {"B": "school.has_departments"}),
        # The departments of a school that becomes one move in the same file.
        ([row("B", "A"), row("C", "A")], {"A": stored(), "B": stored(), "C": stored("B")}, {}),
        # A department that names itself is none any more, so another school may belong to it.
        ([row("B", "B"), row("C", "B")], {"A": stored(), "B": stored("A")}, {}),
        ([row("B")], {"A": stored(), "B": stored("A")}, {}),
        ([row("B", "A"), row("C", "B")], {}, {"B": "school.main_unknown", "C": "school.main_is_department"}),
    ],
)
def test_a_department_belongs_to_a_main_school(
    rows: list[GivenSchool], known: dict[str, StoredSchool], refused: dict[str, str]
) -> None:
    for order in permutations(rows):
        assert refused_departments(order, known, known) == refused


def test_a_main_school_that_has_lost_its_number_is_unknown() -> None:
    known = {"A": stored(), "B": stored("A")}
    assert refused_departments([row("B", "A")], known, {"B"}) == {"B": "school.main_unknown"}
    assert refused_departments([row("B")], known, {"B"}) == {}
