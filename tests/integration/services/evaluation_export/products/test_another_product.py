"""A product consists of its declaration: a test's own product is ordered, built and handed out like any other."""

import hashlib
from uuid import uuid4

from sqlalchemy import text

from libs.shared.auth.principal import Role
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Access
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.bundle.use_cases import read_bundle
from services.evaluation_export.orders import queries
from services.evaluation_export.orders.domain import DeliveryState, Status
from services.evaluation_export.orders.errors import failure_of
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.process import ProcessBuilder
from services.evaluation_export.products.product import Product, Protection
from tests.integration.services.evaluation_export.products import tiny
from tests.integration.services.evaluation_export.told import PROTECTION, World
from tests.realparts.databases import OwnDatabase


async def check(session: ReadSession, school_year: str) -> None:
    """Every year can be ordered."""


async def read(session: ReadSession, school_year: str, protection: Protection) -> tiny.Input:
    """The input of the product: the number of enrolments."""
    found = await session.execute(text("SELECT count(*) FROM enrolment"))
    return tiny.Input(school_year, int(found.scalar_one()))


TINY = Product(
    name=tiny.NAME,
    summary="a number",
    check=check,
    ordered_by=(Role.EVALUATOR,),
    access=Access.EVALUATOR,
    read=read,
    program="tests.integration.services.evaluation_export.products.tiny",
    failures=(tiny.TooTiny,),
)


async def built(own: OwnDatabase, *offered: Product) -> DeliveryState:
    """Order the product, let a worker with these products build once, and return the delivery."""
    delivery_id = uuid4()
    async with own.db.write(EVALUATOR) as session:
        await queries.add(session, delivery_id, tiny.NAME, "2022/2023")
    await DeliveryWorker(own.db, ProcessBuilder(60), PROTECTION, offered=offered).build_next()
    async with own.db.read(EVALUATOR) as session:
        found = await queries.one(session, delivery_id)
    assert found is not None
    return found


async def test_another_product_is_built_and_stored_by_its_declaration_alone(own: OwnDatabase, world: World) -> None:
    found = await built(own, *OFFERED, TINY)
    assert (found.status, [file.name for file in found.files]) == (Status.READY, ["enrolments.txt", "manifest.json"])
    file = found.files[0]
    content = b"".join([piece async for piece in read_bundle(own.db, EVALUATOR, found.id, file.offset, file.bytes)])
    assert int(content) > 0
    assert hashlib.sha256(content).hexdigest() == file.sha256
    async with own.db.read(EVALUATOR) as session:
        assert (await session.execute(text("SELECT product FROM release"))).scalar_one() == tiny.NAME


async def test_what_another_product_gives_up_for_is_told_with_its_own_words(own: OwnDatabase) -> None:
    found = await built(own, TINY)
    assert (found.status, found.failure) == (Status.FAILED, tiny.TooTiny.code)
    assert isinstance(failure_of(found.product, found.failure, [TINY]), tiny.TooTiny)


async def test_a_worker_leaves_orders_of_products_that_it_does_not_offer(own: OwnDatabase, world: World) -> None:
    assert (await built(own, *OFFERED)).status is Status.REQUESTED
