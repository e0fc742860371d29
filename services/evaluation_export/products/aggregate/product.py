"""The declaration of the product ``aggregate``. The service loads it, and never the modules that build the bundle."""

import asyncio

from libs.shared.auth.principal import Role
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Access
from services.evaluation_export.panel.periods import Period
from services.evaluation_export.products import aggregate
from services.evaluation_export.products.aggregate.errors import (
    AuditTooSlow,
    CatalogMissing,
    NotProtected,
    PupilsMissing,
)
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.aggregate.queries import has_participants
from services.evaluation_export.products.aggregate.reading import Reading, read_snapshot
from services.evaluation_export.products.errors import NoData
from services.evaluation_export.products.parameters import SCHOOL_YEAR, Parameters
from services.evaluation_export.products.product import Product, Protection


async def check(session: ReadSession, parameters: Parameters) -> None:
    """Raise ``NoData`` if nobody took part in the year."""
    school_year = parameters[SCHOOL_YEAR.name]
    if not await has_participants(session, Period(school_year)):
        raise NoData(pointer=f"/{SCHOOL_YEAR.name}", school_year=school_year)


async def read(session: ReadSession, parameters: Parameters, protection: Protection) -> Order:
    """The snapshot of the school year, with its persons' keys in the store of releases."""
    reading = await read_snapshot(session, parameters[SCHOOL_YEAR.name])
    return await asyncio.to_thread(_order, reading, protection)


def _order(reading: Reading, protection: Protection) -> Order:
    persons = tuple(protection.key.person(person_id, code) for person_id, code in reading.persons)
    return Order(reading.snapshot, protection.rules, persons, audit_seconds=protection.audit_seconds)


AGGREGATE = Product(
    name=aggregate.NAME,
    summary="anonymous tables, no row per pupil",
    parameters=(SCHOOL_YEAR,),
    check=check,
    ordered_by=(Role.EVALUATOR,),
    access=Access.EVALUATOR,
    read=read,
    program=aggregate.__name__,
    failures=(NotProtected, AuditTooSlow, CatalogMissing, PupilsMissing),
)
