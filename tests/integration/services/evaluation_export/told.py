"""A small world described by events: two municipalities, two schools, two school years, courses of three types."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.contracts.catalog import InterventionTypePublished, Variant
from libs.shared.contracts.registration import (
    CalendarChanged,
    ClassChanged,
    Membership,
    MunicipalityChanged,
    PupilChanged,
    SchoolChanged,
)
from libs.shared.contracts.state import Bilingual, LookupKey, State
from libs.shared.db.database import Database
from libs.shared.events.subscriptions import Subscriptions
from libs.shared.privacy.keys import KeyRing
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.store_key import StoreKey
from services.evaluation_export.panel.periods import Period
from services.evaluation_export.products.product import Protection
from services.evaluation_export.wiring import SUBSCRIPTIONS
from tests.factories import told
from tests.integration.services.evaluation_export.courses import approved, hold_course
from tests.integration.services.evaluation_export.schools import School

YEAR = Period("2022/2023")
LAST = Period("2021/2022")
A_CLASS, B_CLASS, GROUP, OTHERS = 24, 12, 3, 15
A_COURSES = 3
STORE_KEY = StoreKey(KeyRing.generate())
PROTECTION = Protection(DisclosureRules(), STORE_KEY, audit_seconds=300.0)


Token = Callable[..., dict[str, str]]
"""Gives the header of a request by somebody with the roles it is called with."""


@dataclass
class World:
    """All states in order, and the ids of some pupils."""

    states: list[State] = field(default_factory=list)
    pupils: dict[str, list[UUID]] = field(default_factory=dict)
    moved: UUID = field(default_factory=uuid4)

    def ids(self) -> set[UUID]:
        """Every id of the platform in any of the states."""
        found: set[UUID] = set()

        def look(value: Any) -> None:
            if isinstance(value, UUID):
                found.add(value)
            elif isinstance(value, dict):
                for each in value.values():
                    look(each)
            elif isinstance(value, list):
                for each in value:
                    look(each)

        for state in self.states:
            look(state.model_dump())
        return found


async def tell(db: Database, states: Iterable[State], *, handlers: Subscriptions = SUBSCRIPTIONS) -> None:
    """Give states to the service's handlers."""
    await told.tell(db, handlers, states)


async def filled(db: Database) -> World:
    """A new world, after its states have been given to the service's handlers."""
    world = make_world()
    await tell(db, world.states)
    return world


def make_world() -> World:
    """The world, with its states in the order in which they would occur."""
    world = World()
    say: Callable[[State], None] = world.states.append
    catalog(say)
    schools = [School("101", "101001"), School("102", "102001")]
    for school in schools:
        open_school(say, school)
    first, second = schools
    for name, school, grade, many in (
        ("a", first, 5, A_CLASS),
        ("b", first, 3, B_CLASS),
        ("c", second, 4, GROUP),
        ("others", second, 6, OTHERS),
    ):
        world.pupils[name] = [_pupil(say, school, name, grade, number) for number in range(many)]
    _mover(say, world, first, second)
    project = uuid4()
    say(approved(project, first))
    for part in range(A_COURSES):
        hold_course(say, world.pupils["a"][part::A_COURSES], first, project, taught=("A1", 5))
    hold_course(say, world.pupils["b"], first, project, taught=("B", 3))
    hold_course(say, world.pupils["c"], second, project, taught=("C", 4), start=date(2023, 1, 9))
    return world


def catalog(say: Callable[[State], None]) -> None:
    kinds = (("A", "co_teaching", ("A1", "A2")), ("B", "peer_learning", ("B",)), ("C", "small_group_tuition", ("C",)))
    for letter, code, variants in kinds:
        name = Bilingual(da=f"Type {letter}", en=f"Type {letter}")
        say(
            InterventionTypePublished(
                aggregate_version=1,
                intervention_type=code,
                letter=letter,
                name=name,
                variants=[Variant(variant=variant, name=name) for variant in variants],
                valid_from=date(2021, 1, 1),
            )
        )


def open_school(say: Callable[[State], None], school: School, periods: Sequence[Period] = (LAST, YEAR)) -> None:
    tenant: dict[str, Any] = {"aggregate_version": 1, "municipality_code": school.code}
    say(MunicipalityChanged(**tenant, name=f"Kommune {school.code}", status="accepted"))
    say(SchoolChanged(**tenant, school_id=school.id, institution_number=school.number, kind="public"))
    for period in periods:
        days = [
            period.first_day + timedelta(days=n)
            for n in range(150)
            if (period.first_day + timedelta(days=n)).weekday() < 5
        ]
        say(
            CalendarChanged(
                **tenant,
                school_id=school.id,
                institution_number=school.number,
                school_year=period.school_year,
                school_days=days,
            )
        )
        for month in period.after:
            say(CompletenessChanged(**tenant, institution_number=school.number, month=month, reported=True))


def _class(say: Callable[[State], None], school: School, name: str, grade: int, period: Period) -> UUID:
    made = school.classes.get((name, period.first_year))
    if made is None:
        made = school.classes[name, period.first_year] = uuid4()
        say(
            ClassChanged(
                aggregate_version=1,
                municipality_code=school.code,
                class_id=made,
                school_id=school.id,
                institution_number=school.number,
                school_year=period.school_year,
                label=str(grade),
                grade=grade,
                kind=school.class_kind,
            )
        )
    return made


def member(
    say: Callable[[State], None],
    school: School,
    name: str,
    grade: int,
    period: Period,
    *,
    since: date | None = None,
    until: date | None = None,
) -> Membership:
    """A membership of a class in a school year, by default for the whole year."""
    return Membership(
        class_id=_class(say, school, name, grade, period),
        school_id=school.id,
        institution_number=school.number,
        school_year=period.school_year,
        grade=grade,
        valid_from=since or period.first_day,
        valid_to=until or period.day_after,
    )


def days(number: int, autumn: int) -> dict[str, Decimal]:
    """The days of absence of pupil ``number`` in an autumn; pupils with neighbouring numbers differ."""
    lengths = (6, 5, 4) if autumn == LAST.first_year else (4, 6, 5)
    categories = ("illness", "authorised", "unauthorised")
    return {name: Decimal(number % length) / 2 for name, length in zip(categories, lengths, strict=True)}


def _pupil(say: Callable[[State], None], school: School, name: str, grade: int, number: int) -> UUID:
    pupil_id = uuid4()
    memberships = [
        member(say, school, name, grade - 1, LAST),
        member(say, school, name, grade, YEAR),
    ]
    say(pupil(school.code, pupil_id, memberships))
    for autumn in (LAST.first_year, YEAR.first_year):
        say(month(school.code, pupil_id, f"{autumn}-09", **days(number, autumn)))
    return pupil_id


def pupil(
    code: str, pupil_id: UUID, memberships: Sequence[Membership], *, person: UUID | None = None, version: int = 1
) -> PupilChanged:
    """A pupil's state."""
    return PupilChanged(
        aggregate_version=version,
        municipality_code=code,
        pupil_id=pupil_id,
        person_id=person or uuid4(),
        has_cpr_number=True,
        lookup_keys=[LookupKey(kind="cpr_number", key_id="k1", value=uuid4().hex * 2)],
        memberships=list(memberships),
    )


def month(code: str, pupil_id: UUID, name: str, *, version: int = 1, **days: str | Decimal) -> PupilMonthChanged:
    """A pupil's month."""
    none = dict.fromkeys(("illness", "authorised", "unauthorised"), Decimal(0))
    given = {category: Decimal(value) for category, value in days.items()}
    return PupilMonthChanged(
        aggregate_version=version, municipality_code=code, pupil_id=pupil_id, month=name, **(none | given)
    )


def _mover(say: Callable[[State], None], world: World, first: School, second: School) -> None:
    """Add a pupil of class a who was at the other municipality's school the year before, under another id."""
    person, former, now = uuid4(), uuid4(), world.moved
    say(pupil(second.code, former, [member(say, second, "others", 4, LAST)], person=person))
    say(pupil(first.code, now, [member(say, first, "a", 5, YEAR)], person=person))
    say(month(second.code, former, "2021-11", unauthorised="1"))
    world.pupils["a"].append(now)
