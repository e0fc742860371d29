"""The population flow begins with the places that courses stated, that were taken, and that are identified."""

import msgspec
import pytest

from services.evaluation_export.disclosure.release import Group
from services.evaluation_export.products.aggregate.snapshot import Course, Snapshot
from tests.unit.services.evaluation_export.orders import a_class, country, course, find, pupil, without_audit

COVERAGE = "course_coverage.csv"


def year(pupils: int, courses: int, **said: int | None) -> Snapshot:
    """A class, and courses of all its pupils that say the same."""
    one: Course = msgspec.structs.replace(course(range(pupils)), **said)
    return msgspec.structs.replace(a_class(pupils), courses=(one,) * courses)


def places(snapshot: Snapshot, earlier: tuple[Group, ...] = ()) -> dict[str, tuple[str, str]]:
    built = without_audit(snapshot, earlier)
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


@pytest.mark.parametrize(("more", "shown"), [(1, "110"), (4, "110"), (5, "135")])
def test_places_of_a_course_that_one_to_four_joined_stand_as_they_were_released(more: int, shown: str) -> None:
    """The course says another number about all its pupils, of whom only the new ones are others."""
    first = without_audit(year(22, 5, stated=30, enrolled=22, identified=22))
    many = 22 + more
    found = places(year(many, 5, stated=30, enrolled=many, identified=many), first.groups)
    assert (found["enrolled"][0], found["identified"][0]) == (shown, shown)


def test_places_stand_when_few_pupils_have_got_a_number_and_are_new_when_many_have() -> None:
    def numbered(without: int) -> Snapshot:
        snapshot = year(22, 5, stated=30, enrolled=22, identified=22 - without)
        persons = tuple(pupil(one, takes_part=one < 22, has_cpr_number=one >= without) for one in range(34))
        return msgspec.structs.replace(snapshot, persons=persons)

    first = without_audit(numbered(6))
    assert places(numbered(3), first.groups)["identified"] == ("80", "")
    assert places(numbered(0), first.groups)["identified"] == ("110", "")


def test_places_that_one_pupil_dominates_or_few_pupils_have_are_hidden() -> None:
    alone = (course(range(1)),) * 100
    said = tuple(
        msgspec.structs.replace(one, stated=len(one.persons), enrolled=len(one.persons), identified=1)
        for one in (course(range(8)), *alone)
    )
    persons = tuple(pupil(one, has_cpr_number=one == 0) for one in range(8))
    found = places(country(a_class(8).participations, persons, said))
    assert found["enrolled"] == found["identified"] == ("", "suppressed")
