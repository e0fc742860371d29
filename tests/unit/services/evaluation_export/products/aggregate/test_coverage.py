"""The population flow begins with the places that courses stated, that were taken, and that are identified."""

import msgspec
import pytest

from services.evaluation_export.products.aggregate.snapshot import Course, Snapshot
from tests.unit.services.evaluation_export.orders import a_class, course, find, without_audit

COVERAGE = "course_coverage.csv"


def year(pupils: int, courses: int, **said: int | None) -> Snapshot:
    """A class, and courses of all its pupils that say the same."""
    one: Course = msgspec.structs.replace(course(range(pupils)), **said)
    return msgspec.structs.replace(a_class(pupils), courses=(one,) * courses)


def places(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    built = without_audit(snapshot)
    found = {code: find(built, COVERAGE, code=code) for code in ("stated", "enrolled", "identified")}
    return {code: (row["places"], row["missing_reason"]) for code, row in found.items()}


def test_places_of_all_courses_are_added_up_and_rounded() -> None:
    found = places(year(12, 5, stated=13, enrolled=12, identified=11))
    assert found == {"stated": ("65", ""), "enrolled": ("60", ""), "identified": ("55", "")}


@pytest.mark.parametrize(("pupils", "courses"), [(4, 5), (12, 1)])
def test_places_of_few_pupils_or_few_courses_are_hidden(pupils: int, courses: int) -> None:
    found = places(year(pupils, courses, stated=30, enrolled=30, identified=30))
    assert set(found.values()) == {("", "suppressed")}


def test_few_places_are_hidden_and_what_an_older_event_did_not_say_counts_as_none() -> None:
    found = places(year(12, 5, stated=None, enrolled=12, identified=0))
    assert found == {"stated": ("", "suppressed"), "enrolled": ("60", ""), "identified": ("", "suppressed")}
