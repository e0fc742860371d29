"""Reads decisions as their caller may see them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.access import institutions_listed, own_selection, require_municipality
from services.registration.errors import SelectionNotFound
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.screening.selections.domain import (
    ListedSelection,
    Selection,
    SelectionFilter,
    ShownSelection,
)
from services.registration.screening.selections.queries import listed, selections


async def get_selection(
    session: ReadSession, vault: SealedTexts, caller: Principal, selection_id: UUID, today: date
) -> ShownSelection:
    """A decision of one of the caller's schools. Raises ``SelectionNotFound``, also if the caller may see none of its
    pupils, because the reasons are about them.
    """
    return await shown_to(session, caller, await selections.one(session, vault, selection_id), today)


async def shown_to(session: ReadSession, caller: Principal, found: Selection | None, today: date) -> ShownSelection:
    """The same for a decision that was read."""
    school = None if found is None else await schools.one(session, found.decision.school_id)
    selection = own_selection(caller, found, school)
    shown = await shown_pupils(session, caller, (each.pupil_id for each in selection.pupils), today)
    if not shown:
        raise SelectionNotFound
    pupils = tuple(each for each in selection.pupils if each.pupil_id in shown)
    marks = tuple(each for each in selection.marks if each.pupil_id in shown)
    return ShownSelection(replace(selection, pupils=pupils, marks=marks), len(selection.pupils) - len(pupils))


async def list_selections(
    session: ReadSession,
    caller: Principal,
    code: str,
    wanted: SelectionFilter,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> Sequence[ListedSelection]:
    """The decisions of the caller's schools in the municipality. Raises ``MunicipalityNotFound``."""
    require_municipality(caller, code, pointer="/query/municipality")
    institutions = institutions_listed(caller)
    numbers = None if institutions is None else sorted(institutions)
    return await listed.page(session, code, replace(wanted, numbers=numbers), order=order, after=after, size=size)
