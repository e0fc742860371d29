"""The effect of the rules on the tables, one rule at a time; expected figures are calculated by hand."""

import msgspec
import pytest

from services.evaluation_export.products.aggregate.snapshot import HalfDays, Snapshot
from tests.disclosure.attacker.reading import rows
from tests.factories.bundles import zipped
from tests.unit.services.evaluation_export.orders import (
    SPRING,
    a_class,
    begins,
    country,
    course,
    find,
    pupil,
    without_audit,
)

PARTICIPANTS, ABSENCE, DOSAGE, FLOW = (
    "data/participants.csv",
    "data/absence.csv",
    "data/dosage.csv",
    "population_flow.csv",
)


def absent(*before: HalfDays) -> Snapshot:
    """A class of A1 with this absence in the autumn before."""
    persons = tuple(pupil(number, before=half) for number, half in enumerate(before))
    return country(tuple(begins(number) for number in range(len(before))), persons)


def means(snapshot: Snapshot, autumn: str = "before") -> dict[str, str]:
    """The class's means by category."""
    found = rows(zipped(without_audit(snapshot)), ABSENCE)
    return {
        one["category"]: one["mean_days"]
        for one in found
        if one["intervention_type"] == "co_teaching" and one["autumn"] == autumn
    }


@pytest.mark.parametrize(("pupils", "printed"), [(0, ""), (1, ""), (4, ""), (5, "5"), (7, "5"), (8, "10"), (22, "20")])
def test_nought_to_four_are_hidden_alike_and_the_others_rounded(pupils: int, printed: str) -> None:
    built = without_audit(a_class(pupils))
    reason = "" if printed else "suppressed"
    for variant, grade in (("all", "all"), ("all", "5"), ("A1", "all"), ("A1", "5")):
        row = find(built, PARTICIPANTS, letter="A", variant=variant, grade=grade)
        assert (row["pupils"], row["missing_reason"]) == (printed, reason)
    row = find(built, FLOW, code="enrolled")
    assert (row["pupils_left"], row["pupils_left_missing_reason"]) == (printed, reason)


def test_a_total_is_rounded_from_the_true_number_and_not_from_its_parts() -> None:
    taking = tuple(begins(number, "A1", number % 3) for number in range(21))  # seven in each of three grades
    built = without_audit(country(taking, tuple(pupil(number) for number in range(21))))
    parts = [find(built, PARTICIPANTS, letter="A", variant="A1", grade=grade)["pupils"] for grade in ("0", "1", "2")]
    assert parts == ["5", "5", "5"]
    assert find(built, PARTICIPANTS, letter="A", variant="A1", grade="all")["pupils"] == "20"


def test_the_flow_counts_who_leaves_at_every_step() -> None:
    persons = tuple(
        pupil(number, has_cpr_number=number >= 6, ordinary=number >= 14, measured=number >= 50) for number in range(60)
    )
    taking = tuple(begins(number, start=SPRING if number < 39 else "2022-08-15") for number in range(60))
    built = without_audit(country(taking, persons))
    shown = [(row["pupils_in"], row["pupils_out"], row["pupils_left"]) for row in rows(zipped(built), FLOW)]
    # The true numbers: 60; 6 out, 54 left; 8 out, 46 left; 25 out, 21 left; 11 out, 10 left.
    assert shown == [("", "", "60"), ("60", "5", "55"), ("55", "10", "45"), ("45", "25", "20"), ("20", "10", "10")]


def test_who_lacks_a_reported_month_is_in_no_mean_and_never_a_zero() -> None:
    snapshot = a_class(20)
    persons = tuple(
        msgspec.structs.replace(one, measured=False, before=(0, 0, 0)) if one.person < 8 else one
        for one in snapshot.persons
    )
    whole = means(country(tuple(begins(number) for number in range(8, 20)), persons[8:]))
    assert means(msgspec.structs.replace(snapshot, persons=persons)) == whole


def test_a_mean_is_of_true_days_and_has_one_decimal() -> None:
    # 12 pupils with 0–11 half-days of each kind: 66 half-days, 33 days, 2.75 per pupil; the total is three times that.
    found = means(absent(*((number, number, number) for number in range(12))))
    assert found == {"total": "8.3", "illness": "2.8", "authorised": "2.8", "unauthorised": "2.8"}


def test_a_group_whose_number_is_hidden_has_no_mean() -> None:
    row = find(without_audit(a_class(4)), ABSENCE, intervention_type="co_teaching", autumn="before", category="total")
    assert (row["pupils"], row["pupils_missing_reason"]) == ("", "suppressed")
    assert (row["mean_days"], row["mean_days_missing_reason"]) == ("", "suppressed")


def test_where_one_mean_alone_would_be_hidden_a_second_is_and_the_total_is_kept() -> None:
    spread = tuple((number, number, 0) for number in range(20))
    found = means(absent(*spread[:-4], *((19, 19, 5),) * 4))
    assert [category for category, mean in found.items() if mean == ""] == ["authorised", "unauthorised"]
    # With five pupils with unauthorised absence, every mean is printed.
    found = means(absent(*spread[:-5], *((19, 19, 5),) * 5))
    assert "" not in found.values()


def test_an_authorised_mean_alone_takes_the_unauthorised_with_it() -> None:
    found = means(absent(*((number, 3, number) for number in range(20))))
    assert [category for category, mean in found.items() if mean == ""] == ["authorised", "unauthorised"]


def test_a_dominated_total_is_hidden_with_a_second() -> None:
    found = means(absent(*((1 + number % 2, 1 - number % 2, number % 3) for number in range(10)), (900, 1, 1)))
    assert found["illness"] == found["total"] == ""


def held(courses: int, pupils_each: int, met: int = 0) -> dict[str, str]:
    """The row of A1 after ``courses`` courses of ``pupils_each`` pupils each, ``met`` of which reach the planned
    minimum.
    """
    ranges = [range(number * pupils_each, (number + 1) * pupils_each) for number in range(courses)]
    everybody = range(courses * pupils_each)
    made = tuple(
        course(members, delivered=str(number), sessions=number, planned="met" if number < met else "missed")
        for number, members in enumerate(ranges)
    )
    taking = tuple(begins(number) for number in everybody)
    return find(
        without_audit(country(taking, tuple(pupil(number) for number in everybody), made)), DOSAGE, variant="A1"
    )


@pytest.mark.parametrize(
    ("courses", "pupils_each", "printed"),
    [(2, 20, ""), (3, 20, "5"), (3, 1, ""), (4, 1, ""), (5, 1, "5"), (7, 2, "5"), (8, 2, "10"), (0, 1, "")],
)
def test_a_row_about_courses_needs_five_pupils_and_three_courses_whose_number_is_rounded(
    courses: int, pupils_each: int, printed: str
) -> None:
    row = held(courses, pupils_each)
    assert row["courses"] == printed
    assert row["unit"] == ("lessons" if printed else "")
    assert (row["mean_delivered"] == "") == (row["projects"] == "") == (printed == "")


def test_a_row_about_courses_has_rounded_numbers_their_share_and_means_with_one_decimal() -> None:
    # 22 courses, 7 of which reach the planned minimum; 0 to 21 lessons in the same number of sessions, 10.5 on average.
    assert held(22, 2, met=7) == {
        "school_year": "2022/2023",
        "intervention_type": "co_teaching",
        "variant": "A1",
        "projects": "1",
        "unit": "lessons",
        "courses": "20",
        "planned_met": "5",
        "share_planned_met": "25",
        "delivered_met": "20",
        "share_delivered_met": "",  # all 22 met it, so the rest is too small
        "mean_delivered": "10.5",
        "mean_sessions": "10.5",
        "missing_reason": "suppressed",
    }


@pytest.mark.parametrize(
    ("met", "number", "share"),
    [(2, "", ""), (3, "5", ""), (4, "5", ""), (5, "5", "25"), (17, "15", "75"), (18, "20", "")],
)
def test_fewer_than_three_courses_are_hidden_and_a_share_needs_five_on_either_side(
    met: int, number: str, share: str
) -> None:
    row = held(22, 2, met=met)
    assert (row["planned_met"], row["share_planned_met"]) == (number, share)


def test_courses_are_counted_by_the_variant_that_was_held() -> None:
    """The pupils began A2 first, so they are counted under A2; the courses of A1 were held nevertheless."""
    everybody = range(30)
    taking = (*(begins(one, "A2", start="2022-08-01") for one in everybody), *(begins(one) for one in everybody))
    made = tuple(course(range(number * 10, number * 10 + 10)) for number in range(3))
    built = without_audit(country(taking, tuple(pupil(one) for one in everybody), made))
    assert find(built, PARTICIPANTS, letter="A", variant="A1", grade="all")["pupils"] == ""
    assert find(built, DOSAGE, variant="A1")["courses"] == "5"
    assert find(built, DOSAGE, variant="A2")["courses"] == ""


def test_every_variant_has_a_row_about_courses_though_none_was_held() -> None:
    found = rows(zipped(without_audit(a_class())), DOSAGE)
    assert [row["variant"] for row in found] == ["A1", "A2", "B", "C", "D1", "D2", "D3", "E1", "E2"]
    assert {row["missing_reason"] for row in found} == {"suppressed"}
