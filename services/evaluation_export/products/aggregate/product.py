"""The declaration of the product ``aggregate``. The service loads it, and never the modules that build the bundle."""

import asyncio

from libs.shared.auth.principal import Role
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Access
from libs.shared.values.school_years import previous_school_year
from services.evaluation_export.panel.periods import Period
from services.evaluation_export.products import aggregate
from services.evaluation_export.products.aggregate.errors import (
    AuditTooSlow,
    CatalogMissing,
    NotProtected,
    PupilsMissing,
)
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.aggregate.reading import Reading, has_participants, read_snapshot
from services.evaluation_export.products.errors import NoData, SchoolYearInvalid
from services.evaluation_export.products.product import Product, Protection

EARLIEST_YEAR = 2000


async def check(session: ReadSession, school_year: str) -> None:
    """Raise ``SchoolYearInvalid``, or ``NoData`` if nobody took part in the year."""
    try:
        previous_school_year(school_year)
    except ValueError:
        raise SchoolYearInvalid(pointer="/school_year") from None
    period = Period(school_year)
    if period.first_year < EARLIEST_YEAR:
        raise SchoolYearInvalid(pointer="/school_year")
    if not await has_participants(session, period):
        raise NoData(pointer="/school_year", school_year=school_year)


async def read(session: ReadSession, school_year: str, protection: Protection) -> Order:
    """The snapshot of the school year, with its persons' keys in the store of releases."""
    reading = await read_snapshot(session, school_year)
    return await asyncio.to_thread(_order, reading, protection)


def _order(reading: Reading, protection: Protection) -> Order:
    persons = tuple(protection.key.person(person_id, code) for person_id, code in reading.persons)
    return Order(reading.snapshot, protection.rules, persons, audit_seconds=protection.audit_seconds)


AGGREGATE = Product(
    name=aggregate.NAME,
    summary="anonymous tables, no row per pupil",
    check=check,
    ordered_by=(Role.EVALUATOR,),
    access=Access.EVALUATOR,
    read=read,
    program=aggregate.__name__,
    failures=(NotProtected, AuditTooSlow, CatalogMissing, PupilsMissing),
)
