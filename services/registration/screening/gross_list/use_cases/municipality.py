"""The gross list of a municipality: everybody is judged by set, and the page that is shown also with reasons."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from libs.shared.rules.screening.gross_list import FAMILY
from libs.shared.rules.screening.settings import ScreeningSettings
from services.registration.access import institutions_listed, require_municipality
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.screening.gross_list.choosing import Screened, Summary, Wanted, on_list, page_of
from services.registration.screening.gross_list.listed import GrossList, Listed
from services.registration.screening.gross_list.queries import outcomes, places
from services.registration.screening.gross_list.queries.outcomes import PupilOutcomes
from services.registration.screening.gross_list.queries.places import ClassPlace
from services.registration.screening.gross_list.use_cases.screening import names_of, screen_members

SORTS = ("school", "flags", "grade")
"""The columns by which a municipality's list can be sorted; the first is the default."""


async def municipality_list(
    session: ReadSession,
    vault: PupilVault,
    caller: Principal,
    code: str,
    as_of: date,
    *,
    today: date,
    wanted: Wanted,
    order: Order,
    after: Place | None,
    size: int,
) -> GrossList:
    """Screen all pupils of the municipality on the day whom the caller may see today. Verdicts and names are read for
    the page alone.

    Raises ``MunicipalityNotFound``, ``RuleSetNotReceived`` and ``RuleSetNotInForce``.
    """
    require_municipality(caller, code, pointer="/query/municipality")
    rule_set = await rule_set_for(session, FAMILY, as_of)
    everybody = await outcomes.by_pupil(session, rule_set.settings_as(ScreeningSettings), code, as_of)
    classes = await places.classes(session, {each.class_id for each in everybody})
    institutions = institutions_listed(caller)
    about = [
        each
        for each in everybody
        if wanted.is_about(each) and (institutions is None or classes[each.class_id].institution_number in institutions)
    ]
    shown = await shown_pupils(session, caller, (each.pupil_id for each in about), today)

    def chosen() -> _Chosen:
        screened = [each for each in about if each.pupil_id in shown]
        matching = [each for each in screened if wanted.shows(each)]
        page = page_of(matching, order, lambda each: _place(each, order, classes), after, size)
        return _Chosen(Summary.of(screened), len(matching), page)

    # In a thread: the largest municipality has tens of thousands of pupils.
    found = await asyncio.to_thread(chosen)
    verdicts = await screen_members(session, rule_set, found.page, as_of)
    names = await names_of(session, vault, verdicts)
    items = [
        replace(_listed(each, classes), verdicts=verdicts[each.pupil_id].verdicts, name=names.get(each.pupil_id))
        for each in found.page
    ]
    return GrossList(
        rule_set=rule_set,
        summary=found.summary,
        not_shown=len(about) - found.summary.screened,
        matching=found.matching,
        items=items,
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    summary: Summary
    matching: int
    page: Sequence[PupilOutcomes]


def place_of(each: Listed, order: Order) -> Place:
    """Where a pupil stands in the sorted list."""
    return Place(_value(each, each.institution_number, each.class_name, order), str(each.pupil_id))


def _place(each: PupilOutcomes, order: Order, classes: Mapping[UUID, ClassPlace]) -> Place:
    at = classes[each.class_id]
    return Place(_value(each, at.institution_number, at.class_name, order), str(each.pupil_id))


def _value(each: Screened, number: str, class_name: str, order: Order) -> str:
    flags = sum(on_list((outcome,)) for outcome in each.outcomes)
    before = {"school": "", "grade": f"{each.grade:02}|", "flags": f"{flags}|"}[order.name]
    return f"{before}{number}|{each.grade:02}|{class_name}"


def _listed(each: PupilOutcomes, classes: Mapping[UUID, ClassPlace]) -> Listed:
    at = classes[each.class_id]
    return Listed(
        pupil_id=each.pupil_id,
        school_id=each.school_id,
        institution_number=at.institution_number,
        class_id=each.class_id,
        class_name=at.class_name,
        grade=each.grade,
        outcomes=each.outcomes,
    )
