"""Two deliveries one after the other: a group that changed by a few pupils shows nothing new."""

import msgspec
import pytest

from services.evaluation_export.products.aggregate.building import build, candidates
from services.evaluation_export.products.aggregate.order import Built
from services.evaluation_export.products.aggregate.primary import Part
from services.evaluation_export.products.aggregate.snapshot import Snapshot
from tests.disclosure.attacker.reading import rows
from tests.factories.bundles import zipped
from tests.unit.services.evaluation_export.orders import (
    UNAUDITED,
    a_class,
    begins,
    country,
    course,
    find,
    order,
    pupil,
    without_audit,
)

ABSENCE, DOSAGE, FLOW = "data/absence.csv", "data/dosage.csv", "population_flow.csv"


def enrolled(built: Built) -> str:
    return find(built, FLOW, code="enrolled")["pupils_left"]


def means(built: Built, year: str = "2021", code: str = "co_teaching") -> list[str]:
    found = rows(zipped(built), ABSENCE)
    return [one["mean_days"] for one in found if one["autumn_year"] == year and one["intervention_type"] == code]


def joined(snapshot: Snapshot, more: int) -> Snapshot:
    """The same with further pupils in the class, who are absent for most of the autumn."""
    numbers = range(100, 100 + more)
    return msgspec.structs.replace(
        snapshot,
        persons=(*snapshot.persons, *(pupil(one, before=(60, 20, 20), after=(60, 20, 20)) for one in numbers)),
        participations=(*snapshot.participations, *(begins(one) for one in numbers)),
    )


def test_the_same_data_ordered_again_give_the_same_bytes_and_nothing_new_to_keep() -> None:
    first = without_audit(a_class(22))
    again = without_audit(a_class(22), first.groups)
    assert again.files == first.files
    assert again.groups == ()


@pytest.mark.parametrize(("more", "shown"), [(1, "20"), (4, "20"), (5, "25")])
def test_a_group_that_one_to_four_joined_shows_the_figures_released_before(more: int, shown: str) -> None:
    """22 pupils are printed as 20; 23 and 26 would be printed as 25, and 27 are."""
    first = without_audit(a_class(22))
    second = without_audit(joined(a_class(22), more), first.groups)
    assert enrolled(second) == shown
    assert (means(second) == means(first)) == (more < 5)
    alone = without_audit(joined(a_class(22), more))
    assert enrolled(alone) == "25"
    assert means(alone) != means(first)


@pytest.mark.parametrize(("corrected", "same"), [(1, True), (4, True), (5, False)])
def test_a_group_in_which_one_to_four_were_corrected_keeps_its_days(corrected: int, same: bool) -> None:
    snapshot = a_class(30)
    first = without_audit(snapshot)
    persons = tuple(
        msgspec.structs.replace(one, before=(50, 30, 20)) if one.person < corrected else one for one in snapshot.persons
    )
    second = without_audit(msgspec.structs.replace(snapshot, persons=persons), first.groups)
    assert (means(second) == means(first)) == same
    # The autumn without corrections and the number of pupils are unchanged in any case.
    assert means(second, "2022") == means(first, "2022")
    assert enrolled(second) == enrolled(first)


def test_a_group_near_a_released_one_of_another_name_shows_nothing() -> None:
    first = without_audit(a_class(20))
    second = without_audit(a_class(19, variant="C"), first.groups)
    for code in ("small_group_tuition", "co_teaching"):
        assert set(means(second, code=code)) == {""}
    row = find(second, "data/participants.csv", letter="C", variant="all", grade="all")
    assert (row["pupils"], row["missing_reason"]) == ("", "suppressed")
    # The flow has the same name in both, so its earlier figure is shown again.
    assert enrolled(second) == "20"


def test_the_autumn_after_one_school_year_is_the_autumn_before_the_next() -> None:
    one_year = msgspec.structs.replace(a_class(30), school_year="2021/2022")
    first = without_audit(one_year)
    # The same class a year later, with one more pupil: its autumn 2021 has been released as the autumn after.
    persons = tuple(
        msgspec.structs.replace(one, before=one.after, after=(one.person % 9, 3, 1)) for one in one_year.persons
    )
    next_year = joined(msgspec.structs.replace(one_year, school_year="2022/2023", persons=persons), 1)
    second = without_audit(next_year, first.groups)
    assert means(second, "2021") == means(first, "2021")
    assert means(without_audit(next_year), "2021") != means(first, "2021")


def test_courses_of_nearly_the_same_pupils_keep_their_figures() -> None:
    def held(last: int) -> Snapshot:
        courses = tuple(course(range(number * 7, number * 7 + 7), sessions=20 + number) for number in range(3))
        courses = (*courses, course(range(21, last), delivered="99", sessions=90))
        return country(tuple(begins(one) for one in range(last)), tuple(pupil(one) for one in range(last)), courses)

    first = without_audit(held(25))
    row = find(first, DOSAGE, variant="A1")
    assert find(without_audit(held(27), first.groups), DOSAGE, variant="A1") == row
    # A corrected record of a course with four pupils is also a change of four pupils.
    changed = msgspec.structs.replace(
        held(25), courses=(*held(25).courses[:3], course(range(21, 25), delivered="9", sessions=9))
    )
    assert find(without_audit(changed, first.groups), DOSAGE, variant="A1") == row
    assert find(without_audit(changed), DOSAGE, variant="A1") != row


def test_without_the_gate_every_order_shows_its_own_figures() -> None:
    first = without_audit(a_class(22))
    second = build(order(joined(a_class(22), 1), first.groups), UNAUDITED | {Part.GATE})
    assert enrolled(second) == "25"


def test_the_groups_to_keep_are_those_of_five_and_more_with_what_was_printed_of_them() -> None:
    snapshot = a_class(22)
    built = without_audit(snapshot)
    kept = {(group.period, group.name): group for group in built.groups}
    assert len(kept) == len(built.groups)
    assert kept["2022/2023", "participants/A/A1/5"].figures == {"pupils": "20"}
    assert len(kept["2022/2023", "participants/A/A1/5"].members) == 22
    assert ("2022/2023", "participants/B/B/5") not in kept
    shown = dict(zip(("total", "illness", "authorised", "unauthorised"), means(built), strict=True))
    assert kept["2021", "absence/participants/co_teaching"].figures == shown
    # The gate compares all of them, with the same members.
    asked = {(group.period, group.name): group.members for group in candidates(order(snapshot))}
    assert all(asked[key] == group.members for key, group in kept.items())
