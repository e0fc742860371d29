"""A pupil counts in one intervention type and one variant only."""

import msgspec

from services.evaluation_export.products.aggregate.building import build
from services.evaluation_export.products.aggregate.figures import GRADES
from services.evaluation_export.products.aggregate.primary import Part
from tests.disclosure.attacker.reading import rows
from tests.factories.bundles import zipped
from tests.unit.services.evaluation_export.orders import (
    AUTUMN,
    a_class,
    begins,
    find,
    order,
    without_audit,
)

BUNDLE = "data/participants.csv"


def counted(*more: tuple[str, str], letter: str, variant: str = "all", grade: str = "all") -> str:
    """The printed count of a cell for twenty pupils of A1, each of whom also began the variants in ``more`` on these
    days.
    """
    snapshot = a_class(20)
    taking = tuple(begins(person, other, 5, start) for person in range(20) for other, start in more)
    built = without_audit(msgspec.structs.replace(snapshot, participations=(*snapshot.participations, *taking)))
    return find(built, BUNDLE, letter=letter, variant=variant, grade=grade)["pupils"]


def test_who_takes_part_in_several_types_counts_under_the_one_begun_first() -> None:
    later, earlier = "2022-08-16", "2022-08-14"
    assert (counted(("B", later), letter="A"), counted(("B", later), letter="B")) == ("20", "")
    assert (counted(("B", earlier), letter="A"), counted(("B", earlier), letter="B")) == ("", "20")


def test_of_types_begun_on_the_same_day_the_first_letter_counts() -> None:
    assert (counted(("B", AUTUMN), letter="A"), counted(("B", AUTUMN), letter="B")) == ("20", "")


def test_within_a_type_the_variant_begun_first_counts_and_of_a_tie_the_first_code() -> None:
    for start, expected in (("2022-08-14", ("", "20")), (AUTUMN, ("20", "")), ("2022-08-16", ("20", ""))):
        found = tuple(counted(("A2", start), letter="A", variant=variant) for variant in ("A1", "A2"))
        assert found == expected


def test_the_grade_is_that_of_the_first_start_and_of_a_tie_the_lowest() -> None:
    snapshot = a_class(20)
    for start, grade in (("2022-08-16", "5"), (AUTUMN, "4"), ("2022-08-14", "4")):
        taking = (*snapshot.participations, *(begins(person, "A1", 4, start) for person in range(20)))
        built = without_audit(msgspec.structs.replace(snapshot, participations=taking))
        shown = [one["grade"] for one in rows(zipped(built), BUNDLE) if one["variant"] == "A1" and one["pupils"]]
        assert shown == ["all", grade]


def test_an_enrolment_of_an_earlier_year_decides_the_type_and_nobody_counts_by_it_alone() -> None:
    snapshot = a_class(20)
    earlier = tuple(begins(person, "C", 3, "2021-08-15", this_year=False) for person in (*range(10), 25, 26))
    built = without_audit(msgspec.structs.replace(snapshot, participations=(*snapshot.participations, *earlier)))
    assert find(built, BUNDLE, letter="A", variant="all", grade="all")["pupils"] == "10"
    assert find(built, BUNDLE, letter="C", variant="C", grade="3")["pupils"] == "10"
    assert find(built, "population_flow.csv", code="enrolled")["pupils_left"] == "20"
    # Nobody is in two types this year.
    assert find(built, "several_types.csv")["pupils"] == ""


def test_absence_is_by_the_same_groups() -> None:
    snapshot = a_class(20)
    more = tuple(begins(person, "B", 5, "2022-09-01") for person in range(20))
    built = without_audit(msgspec.structs.replace(snapshot, participations=(*snapshot.participations, *more)))
    found = {
        one["intervention_type"]: one["pupils"]
        for one in rows(zipped(built), "data/absence.csv")
        if one["group"] == "participants"
    }
    assert (found["all"], found["co_teaching"], found["peer_learning"]) == ("20", "20", "")


def test_how_many_take_part_in_several_types_is_one_figure() -> None:
    snapshot = a_class(20)
    for number, printed, reason in ((4, "", "suppressed"), (5, "5", ""), (8, "10", "")):
        more = tuple(begins(person, variant, 5, "2022-09-01") for person in range(number) for variant in ("A2", "B"))
        built = without_audit(msgspec.structs.replace(snapshot, participations=(*snapshot.participations, *more)))
        row = find(built, "several_types.csv")
        assert row == {"school_year": "2022/2023", "pupils": printed, "missing_reason": reason}


def test_every_type_variant_and_grade_has_its_row_whatever_the_data() -> None:
    few, many = a_class(3), a_class(60, variant="D2", grade=9)
    keys = [
        [(one["letter"], one["variant"], one["grade"]) for one in rows(zipped(without_audit(snapshot)), BUNDLE)]
        for snapshot in (few, many)
    ]
    assert keys[0] == keys[1]
    assert {grade for _, _, grade in keys[0]} == {"all", *GRADES}


def test_without_the_partition_a_pupil_counts_in_every_type_of_the_year() -> None:
    snapshot = a_class(20)
    more = tuple(begins(person, "B", 5, "2022-09-01") for person in range(20))
    twice = msgspec.structs.replace(snapshot, participations=(*snapshot.participations, *more))
    built = build(order(twice), frozenset({Part.AUDIT, Part.PARTITION}))
    for letter in ("A", "B"):
        assert find(built, BUNDLE, letter=letter, variant="all", grade="all")["pupils"] == "20"
