"""Data that one municipality sends about a child never change another municipality's participants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from libs.shared.contracts.registration import Membership, MunicipalityChanged
from libs.shared.contracts.state import State
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.products.aggregate.reading import Reading, read_snapshot
from services.evaluation_export.products.aggregate.snapshot import Participation, Person
from tests.integration.services.evaluation_export.courses import hold_course
from tests.integration.services.evaluation_export.schools import School
from tests.integration.services.evaluation_export.told import (
    LAST,
    YEAR,
    catalog,
    member,
    month,
    open_school,
    pupil,
    tell,
)
from tests.realparts.databases import OwnDatabase

PARTICIPANTS, OTHERS, CLAIMED = 55, 203, 58
OCTOBER = date(2022, 10, 17)


@dataclass
class Child:
    """A person, and its pupil id in 101."""

    person: UUID = field(default_factory=uuid4)
    pupil_id: UUID = field(default_factory=uuid4)


@dataclass
class Two:
    """Municipality 101, whose participants are counted, and 147, which sends arbitrary claims."""

    states: list[State] = field(default_factory=list)
    own: School = field(default_factory=lambda: School("101", "101001"))
    foreign: School = field(default_factory=lambda: School("147", "147001", class_kind="special"))
    participants: list[Child] = field(default_factory=list)
    others: list[Child] = field(default_factory=list)

    def known(self, child: Child, memberships: Sequence[Membership], *, version: int = 1) -> None:
        """Add the event by which 101 places the child."""
        self.states.append(pupil(self.own.code, child.pupil_id, memberships, person=child.person, version=version))

    def claim(self, child: Child, memberships: Sequence[Membership]) -> UUID:
        """Add events by which 147 claims the child as its pupil, with absence; returns the pupil id in 147."""
        claimed = uuid4()
        self.states.append(pupil(self.foreign.code, claimed, memberships, person=child.person))
        for name in ("2021-09", "2021-12", "2022-10", "2022-11"):
            self.states.append(month(self.foreign.code, claimed, name, unauthorised="9"))
        return claimed


def two_municipalities(participants: int = 20, others: int = 20) -> Two:
    """Both take part and have reported every month; 101 has the participants of a course and other pupils."""
    two = Two()
    say: Callable[[State], None] = two.states.append
    catalog(say)
    for school in (two.own, two.foreign):
        open_school(say, school)
    for many, children in ((participants, two.participants), (others, two.others)):
        for number in range(many):
            child = Child()
            children.append(child)
            two.known(child, [member(say, two.own, "5a", 4, LAST), member(say, two.own, "5a", 5, YEAR)])
            say(month("101", child.pupil_id, "2021-11", illness=str(number % 7)))
    hold_course(say, [one.pupil_id for one in two.participants], two.own, uuid4(), taught=("A1", 5))
    return two


async def read(own: OwnDatabase) -> Reading:
    async with own.db.moment(EVALUATOR) as session:
        return await read_snapshot(session, YEAR.school_year)


def rows_of(reading: Reading, code: str) -> dict[UUID, tuple[Person, list[Participation]]]:
    """Each person of the snapshot as a pupil of the municipality, with all numbers of persons set to 0."""
    return {
        person_id: (
            Person(0, *[getattr(person, name) for name in Person.__struct_fields__[1:]]),
            [
                Participation(0, *[getattr(one, name) for name in Participation.__struct_fields__[1:]])
                for one in reading.snapshot.participations
                if one.person == person.person
            ],
        )
        for (person_id, municipality), person in zip(reading.persons, reading.snapshot.persons, strict=True)
        if municipality == code
    }


def analysed(reading: Reading) -> tuple[int, int]:
    """The numbers of participants and of other pupils whose absence is compared."""
    compared = [one for one in reading.snapshot.persons if one.has_cpr_number and one.ordinary and one.measured]
    return sum(one.takes_part for one in compared), sum(not one.takes_part for one in compared)


async def test_58_claimed_pupils_leave_every_participant_and_every_other_pupil_as_they_were(own: OwnDatabase) -> None:
    two = two_municipalities(PARTICIPANTS, OTHERS)
    await tell(own.db, two.states)
    before = await read(own)
    assert analysed(before) == (PARTICIPANTS, OTHERS)
    two.states.clear()
    for child in two.participants[:14] + two.others[: CLAIMED - 14]:
        two.claim(child, [member(two.states.append, two.foreign, "special", 5, YEAR)])
    await tell(own.db, two.states)
    assert await read(own) == before


async def test_a_claimed_pupils_enrolment_elsewhere_changes_no_type_no_grade_and_no_autumn(own: OwnDatabase) -> None:
    two = two_municipalities()
    await tell(own.db, two.states)
    before = rows_of(await read(own), "101")
    two.states.clear()
    say = two.states.append
    claimed = [
        two.claim(child, [member(say, two.foreign, "special", 2, period) for period in (LAST, YEAR)])
        for child in two.participants[:14] + two.others[:14]
    ]
    for start, end in ((date(2021, 9, 1), date(2022, 1, 31)), (date(2022, 8, 1), date(2022, 12, 1))):
        hold_course(say, claimed, two.foreign, uuid4(), taught=("B", 2), start=start, end=end)
    await tell(own.db, two.states)
    after = await read(own)
    assert rows_of(after, "101") == before
    theirs = rows_of(after, "147")
    assert len(theirs) == len(claimed)  # separate participants, by the events of 147
    assert {one.variant for _, taken in theirs.values() for one in taken} == {"B"}
    assert {person.ordinary for person, _ in theirs.values()} == {False}


async def test_days_around_the_own_stay_give_no_say_about_the_months_it_touches(own: OwnDatabase) -> None:
    """A roster often begins on the first school day, so a claim for the days before it could make every pupil
    unmeasured.
    """
    two = Two(participants=[Child() for _ in range(PARTICIPANTS)])
    say = two.states.append
    catalog(say)
    for school in (two.own, two.foreign):
        open_school(say, school)
    for child in two.participants:
        first_day, last_day = date(2021, 8, 10), date(2022, 12, 20)
        two.known(child, [member(say, two.own, "5a", 4, LAST, since=first_day),
                          member(say, two.own, "5a", 5, YEAR, until=last_day)])  # fmt: skip
    hold_course(say, [one.pupil_id for one in two.participants], two.own, uuid4(), taught=("A1", 5))
    await tell(own.db, two.states)
    before = await read(own)
    assert analysed(before) == (PARTICIPANTS, 0)
    two.states.clear()
    unreported = School("147", "147009")
    for child in two.participants:
        two.claim(child, [member(say, unreported, "x", 4, LAST, until=date(2021, 8, 10)),
                          member(say, unreported, "x", 5, YEAR, since=date(2022, 12, 20))])  # fmt: skip
    await tell(own.db, two.states)
    assert await read(own) == before


def moved_in(two: Two) -> Child:
    """A new participant who came to 101 in the autumn of the year."""
    child = Child()
    two.known(child, [member(two.states.append, two.own, "5a", 5, YEAR, since=OCTOBER)])
    hold_course(two.states.append, [child.pupil_id], two.own, uuid4(), taught=("A1", 5))
    return child


async def test_after_a_real_transfer_the_months_before_it_are_those_of_the_former_municipality(
    own: OwnDatabase,
) -> None:
    two = two_municipalities()
    child, say = moved_in(two), two.states.append
    former = two.claim(child, [member(say, two.foreign, "x", 4, LAST),
                               member(say, two.foreign, "x", 5, YEAR, until=OCTOBER)])  # fmt: skip
    say(month("101", child.pupil_id, "2022-10", illness="1"))
    say(month("101", child.pupil_id, "2022-12", authorised="2"))
    hold_course(say, [former], two.foreign, uuid4(), taught=("B", 5))
    await tell(own.db, two.states)
    reading = await read(own)
    here, taken = rows_of(reading, "101")[child.person]
    assert (here.measured, here.ordinary, here.takes_part) == (True, True, True)  # the class in 147 was a special one
    # The days of September and December 2021 at 147, and of October 2022 (the month of the move) and later at 101.
    assert (here.before, here.after) == ((0, 0, 36), (2, 4, 0))
    assert [one.variant for one in taken] == ["A1"]
    there, taken = rows_of(reading, "147")[child.person]
    assert (there.measured, there.ordinary, there.takes_part) == (True, False, True)
    assert (there.before, there.after) == ((0, 0, 36), (0, 4, 18))
    assert [one.variant for one in taken] == ["B"]


async def test_what_is_no_transfer_fills_no_month(own: OwnDatabase) -> None:
    two = two_municipalities()
    say = two.states.append
    third, declined = School("165", "165001"), School("173", "173001")
    for school in (third, declined):
        open_school(say, school)
    say(MunicipalityChanged(aggregate_version=2, municipality_code="173", name="Kommune 173", status="declined"))

    def stays(school: School, until: date) -> list[Membership]:
        return [member(say, school, "x", 4, LAST), member(say, school, "x", 5, YEAR, until=until)]

    overlapping, contested, unknown, real = (moved_in(two) for _ in range(4))
    two.claim(overlapping, stays(two.foreign, OCTOBER + timedelta(days=1)))
    two.claim(contested, stays(two.foreign, OCTOBER))
    say(pupil("165", uuid4(), [member(say, third, "y", 4, LAST)], person=contested.person))
    say(pupil("173", uuid4(), stays(declined, OCTOBER), person=unknown.person))
    two.claim(real, stays(two.foreign, OCTOBER))
    await tell(own.db, two.states)
    found = rows_of(await read(own), "101")
    for child in (overlapping, contested, unknown):
        person, _ = found[child.person]
        assert (person.measured, person.before) == (False, (0, 0, 0))
    assert found[real.person][0].measured  # without their faults, the others would be measured too


async def test_a_claimed_stay_from_before_the_own_ones_fills_empty_months_and_changes_nothing_else(
    own: OwnDatabase,
) -> None:
    """The data cannot distinguish such a claim from a transfer. It affects only pupils of whom 101 knows nothing in
    these months.
    """
    two, new = two_municipalities(), Child()
    say = two.states.append
    two.known(new, [member(say, two.own, "5a", 5, YEAR)])
    hold_course(say, [new.pupil_id], two.own, uuid4(), taught=("A1", 5))
    await tell(own.db, two.states)
    before = rows_of(await read(own), "101")
    assert not before[new.person][0].measured
    two.states.clear()
    for child in (new, *two.participants):
        two.claim(child, [member(say, two.foreign, "x", 4, LAST)])
    await tell(own.db, two.states)
    after = rows_of(await read(own), "101")
    was, taken = before.pop(new.person)
    now, taken_now = after.pop(new.person)
    assert after == before
    assert (now.measured, now.before, now.after) == (True, (0, 0, 36), was.after)
    assert taken_now == taken
