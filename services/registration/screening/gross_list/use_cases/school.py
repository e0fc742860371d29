"""The gross list of a school, or of one of its classes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from libs.shared.rules.screening.gross_list import FAMILY
from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.access import own_school
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.members import queries as members
from services.registration.roster.members.errors import ClassUnknown
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolNotFound
from services.registration.screening.gross_list.choosing import Summary, Wanted, on_list, page_of
from services.registration.screening.gross_list.listed import GrossList, Listed
from services.registration.screening.gross_list.use_cases.screening import names_of, screen_members

EVERYBODY = 1_000_000
"""A page size for a list that is wanted as a whole."""


async def gross_list(
    session: ReadSession,
    vault: PupilVault,
    caller: Principal,
    school_id: UUID,
    as_of: date,
    *,
    today: date,
    wanted: Wanted | None = None,
    order: Order | None = None,
    after: Place | None = None,
    size: int = EVERYBODY,
) -> GrossList:
    """Screen all pupils at the school on the day whom the caller may see today. Only the names of the pupils that the
    list shows are decrypted.

    Raises ``SchoolNotFound``, ``ClassUnknown``, ``RuleSetNotReceived`` and ``RuleSetNotInForce``.
    """
    wanted = wanted or Wanted()
    school = own_school(caller, await schools.one(session, school_id), SchoolNotFound)
    if wanted.class_id is not None and not await members.has_class(session, school_id, wanted.class_id):
        raise ClassUnknown(pointer="/query/class_id")
    rule_set = await rule_set_for(session, FAMILY, as_of)
    there = await members.members(session, school_id, as_of, class_id=wanted.class_id)
    about = {pupil: each for pupil, each in there.items() if wanted.grade in (None, each.grade)}
    shown = await shown_pupils(session, caller, about, today)
    results = await screen_members(session, rule_set, (about[pupil] for pupil in about if pupil in shown), as_of)
    screened = [
        Listed(
            pupil_id=pupil,
            school_id=school_id,
            institution_number=school.institution_number,
            class_id=about[pupil].class_id,
            class_name=about[pupil].class_name,
            grade=about[pupil].grade,
            outcomes=tuple(verdict.outcome for verdict in result.verdicts),
            verdicts=result.verdicts,
        )
        for pupil, result in results.items()
    ]
    matching = [each for each in screened if wanted.shows(each)]
    names = await names_of(session, vault, (each.pupil_id for each in matching))
    named = [replace(each, name=names.get(each.pupil_id)) for each in matching]
    order = order or Order("class")
    return GrossList(
        rule_set=rule_set,
        summary=Summary.of(screened),
        not_shown=len(about) - len(screened),
        matching=len(matching),
        items=page_of(named, order, placing(order), after, size),
    )


def placing(order: Order) -> Callable[[Listed], Place]:
    """Where a pupil stands in a list that is sorted by ``class``, ``name``, ``flags`` or ``absence``."""
    value = _SORTED_BY[order.name]
    return lambda each: Place(value(each), str(each.pupil_id))


def _in_class(each: Listed) -> str:
    return f"{each.institution_number}|{each.grade:02}|{each.class_name}|{each.name or chr(0x10FFFF)}"


def _flags(each: Listed) -> str:
    return f"{sum(on_list((outcome,)) for outcome in each.outcomes)}"


def _absence(each: Listed) -> str:
    """The highest absence of the two years in hundredths of a per cent; nothing where it is not known."""
    value = _absence_verdict(each).value
    return "" if value is None or value.amount is None else f"{int(value.amount * 100):05}"


def _absence_verdict(each: Listed) -> ScreeningVerdict:
    return each.verdicts[0]


_SORTED_BY: dict[str, Callable[[Listed], str]] = {
    "class": _in_class,
    "name": lambda each: each.name or chr(0x10FFFF),
    "flags": _flags,
    "absence": _absence,
}
SORTS = tuple(_SORTED_BY)
"""The columns by which a school's list can be sorted; the first is the default."""
