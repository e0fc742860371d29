"""Orders made from snapshots, and reading of the bundles built from them."""

import io
import zipfile
from decimal import Decimal

from services.evaluation_export.disclosure.release import Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.building import build
from services.evaluation_export.products.aggregate.order import Built, Order
from services.evaluation_export.products.aggregate.primary import Part
from services.evaluation_export.products.aggregate.snapshot import Course, HalfDays, Participation, Person, Snapshot
from tests.disclosure.attacker.reading import rows
from tests.disclosure.populations import TYPES
from tests.factories.bundles import zipped

YEAR = "2022/2023"
AUTUMN, SPRING = "2022-08-15", "2023-02-01"
UNAUDITED = frozenset({Part.AUDIT})


def order(snapshot: Snapshot, earlier: tuple[Group, ...] = (), rules: DisclosureRules | None = None) -> Order:
    """An order with invented keys, which are the same for a person in every order."""
    keys = tuple(PersonKeys(b"person %08d" % one.person, b"salt %08d" % one.person) for one in snapshot.persons)
    return Order(snapshot, rules or DisclosureRules(), keys, earlier)


def without_audit(snapshot: Snapshot, earlier: tuple[Group, ...] = ()) -> Built:
    """The result of the primary rules and the gate without the audit, to test a rule by itself."""
    return build(order(snapshot, earlier), UNAUDITED)


def files(built: Built) -> dict[str, bytes]:
    """The bundle's files by name."""
    with zipfile.ZipFile(io.BytesIO(zipped(built))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def find(built: Built, name: str, **wanted: str) -> dict[str, str]:
    """The only row with these values."""
    found = [row for row in rows(zipped(built), name) if wanted.items() <= row.items()]
    assert len(found) == 1, (wanted, len(found))
    return found[0]


def pupil(
    number: int,
    *,
    takes_part: bool = True,
    has_cpr_number: bool = True,
    ordinary: bool = True,
    measured: bool = True,
    before: HalfDays | None = None,
    after: HalfDays | None = None,
) -> Person:
    """A person whose absence by default follows from ``number``, so that persons differ."""
    spread: HalfDays = (number % 13 + 2, number % 5 + 1, number % 7)
    return Person(number, takes_part, has_cpr_number, ordinary, measured, before or spread, after or spread)


def begins(person: int, variant: str = "A1", grade: int = 5, start: str = AUTUMN, **changed: bool) -> Participation:
    """An enrolment, by default in the school year of the order."""
    this_year = changed.get("this_year", True)
    return Participation(person, variant, grade, start, this_year and start < "2023-01-01", this_year)


def course(
    persons: range,
    variant: str = "A1",
    unit: str = "lessons",
    *,
    delivered: str = "10.5",
    sessions: int = 20,
    planned: str = "met",
    outcome: str = "met",
) -> Course:
    """A course of these persons."""
    return Course(variant, unit, Decimal(delivered), sessions, planned, outcome, tuple(persons))


def country(
    taking: tuple[Participation, ...], persons: tuple[Person, ...], courses: tuple[Course, ...] = ()
) -> Snapshot:
    """A snapshot of these participations, persons and courses, with one approved project of A1."""
    return Snapshot(YEAR, TYPES, taking, persons, courses, {"A1": 1}, ())


def a_class(participants: int = 20, others: int = 12, variant: str = "A1", grade: int = 5) -> Snapshot:
    """The snapshot of a class that takes part, and of other pupils."""
    persons = tuple(pupil(number, takes_part=number < participants) for number in range(participants + others))
    return country(tuple(begins(number, variant, grade) for number in range(participants)), persons)
