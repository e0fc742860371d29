"""A product consists of its declaration: a test's own product, which has a parameter of its own, is ordered, built and
handed out like any other.
"""

import hashlib
import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import text

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import Invalid, Problem
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Access
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.bundle.use_cases import read_bundle
from services.evaluation_export.orders import queries
from services.evaluation_export.orders.domain import DeliveryState, Status
from services.evaluation_export.orders.errors import failure_of
from services.evaluation_export.orders.schemas import DeliveryFields, OrderFields
from services.evaluation_export.orders.use_cases import order_delivery
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.parameters import (
    SCHOOL_YEAR,
    Parameter,
    Parameters,
    answer_with,
    file_name,
    order_with,
)
from services.evaluation_export.products.process import ProcessBuilder
from services.evaluation_export.products.product import Product, Protection
from tests.integration.services.evaluation_export.products import tiny
from tests.integration.services.evaluation_export.told import PROTECTION, World
from tests.realparts.databases import OwnDatabase

EVALUATOR_STAFF = Principal("evaluator", frozenset({Role.EVALUATOR}))


class MostInvalid(Invalid):
    """An odd number."""

    code = "delivery.most_invalid"
    da = "Det største tal skal være lige. Ret det, og send igen."
    en = "The largest number must be even. Correct it and send again."


def even(value: int) -> None:
    """Raise ``ValueError`` for an odd number."""
    if value % 2:
        raise ValueError(value)


MOST = Parameter(
    name="most",
    value_type=int,
    limits={"ge": 0, "le": 1000},
    description="The largest number that is written.",
    example=100,
    check=even,
    refusal=MostInvalid,
)


async def check(session: ReadSession, parameters: Parameters) -> None:
    """Every year can be ordered."""


async def read(session: ReadSession, parameters: Parameters, protection: Protection) -> tiny.Input:
    """The input of the product: its parameters, and the number of enrolments."""
    found = await session.execute(text("SELECT count(*) FROM enrolment"))
    return tiny.Input(dict(parameters), int(found.scalar_one()))


TINY = Product(
    name=tiny.NAME,
    summary="a number",
    parameters=(SCHOOL_YEAR, MOST),
    check=check,
    ordered_by=(Role.EVALUATOR,),
    access=Access.EVALUATOR,
    read=read,
    program="tests.integration.services.evaluation_export.products.tiny",
    failures=(tiny.TooTiny,),
)
BOTH = [*OFFERED, TINY]
PARAMETERS = [product.parameters for product in BOTH]


async def ordered(own: OwnDatabase, product: str, **given: Any) -> DeliveryState:
    """Order a product with these parameters, where both are offered."""
    async with own.db.write(EVALUATOR) as session:
        return await order_delivery(session, EVALUATOR_STAFF, product=product, given=given, offered=BOTH)


async def built(own: OwnDatabase, *offered: Product, most: int = 100) -> DeliveryState:
    """Order the product, let a worker with these products build once, and return the delivery."""
    delivery_id = (await ordered(own, tiny.NAME, school_year="2022/2023", most=most)).id
    await DeliveryWorker(own.db, ProcessBuilder(60), PROTECTION, offered=offered).build_next()
    async with own.db.read(EVALUATOR) as session:
        found = await queries.one(session, delivery_id)
    assert found is not None
    return found


async def test_another_product_is_built_and_stored_by_its_declaration_alone(own: OwnDatabase, world: World) -> None:
    found = await built(own, *BOTH)
    assert (found.status, [file.name for file in found.files]) == (Status.READY, ["enrolments.txt", "manifest.json"])
    assert found.parameters == {"school_year": "2022/2023", "most": 100}
    content = await stored_file(own, found, 0)
    assert int(content) > 2
    assert hashlib.sha256(content).hexdigest() == found.files[0].sha256
    async with own.db.read(EVALUATOR) as session:
        assert (await session.execute(text("SELECT product FROM release"))).scalar_one() == tiny.NAME


async def test_a_parameter_of_its_own_reaches_the_builder_and_the_manifest(own: OwnDatabase, world: World) -> None:
    found = await built(own, *BOTH, most=2)
    assert await stored_file(own, found, 0) == b"2"
    manifest = json.loads(await stored_file(own, found, 1))
    assert (manifest["school_year"], manifest["most"]) == ("2022/2023", 2)
    assert file_name(found.product, found.parameters) == "skoleloeft-tiny-2-2022-2023.zip"


async def stored_file(own: OwnDatabase, delivery: DeliveryState, index: int) -> bytes:
    """The content of a file of the bundle."""
    file = delivery.files[index]
    pieces = read_bundle(own.db, EVALUATOR, delivery.id, file.offset, file.bytes)
    return b"".join([piece async for piece in pieces])


@pytest.mark.parametrize(
    ("product", "given", "code", "pointer"),
    [
        (tiny.NAME, {"most": None}, "delivery.parameter_missing", "/most"),
        (tiny.NAME, {"most": 3}, MostInvalid.code, "/most"),
        (tiny.NAME, {"most": 2, "school_year": "2022/2024"}, "delivery.school_year_invalid", "/school_year"),
        (OFFERED[0].name, {"most": 2}, "delivery.parameter_unknown", "/most"),
    ],
)
async def test_an_order_is_refused_by_the_parameters_of_its_product(
    own: OwnDatabase, product: str, given: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Problem) as refusal:
        await ordered(own, product, **{"school_year": "2022/2023", **given})
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)
    assert "{" not in refusal.value.messages["da"] + refusal.value.messages["en"]


def test_the_bodies_have_the_parameters_that_the_products_declare() -> None:
    order: type[BaseModel] = order_with(OrderFields, PARAMETERS)
    schema = order.model_json_schema()
    assert (list(schema["properties"]), schema["required"]) == (
        ["product", "school_year", "most"],
        ["product", "school_year"],
    )
    assert schema["properties"]["most"]["description"] == MOST.description
    given = {"product": tiny.NAME, "school_year": "2022/2023"}
    body = order_with(OrderFields, PARAMETERS).model_validate({**given, "most": 2})
    assert body.parameters == {"school_year": "2022/2023", "most": 2}
    with pytest.raises(ValidationError):
        order.model_validate({**given, "most": 1001})
    answer = answer_with(DeliveryFields, PARAMETERS).model_json_schema()
    assert list(answer["properties"]) == ["id", "product", "school_year", "most"]


async def test_what_another_product_gives_up_for_is_told_with_its_own_words(own: OwnDatabase) -> None:
    found = await built(own, TINY)
    assert (found.status, found.failure) == (Status.FAILED, tiny.TooTiny.code)
    assert isinstance(failure_of(found.product, found.failure, [TINY]), tiny.TooTiny)


async def test_a_worker_leaves_orders_of_products_that_it_does_not_offer(own: OwnDatabase, world: World) -> None:
    assert (await built(own, *OFFERED)).status is Status.REQUESTED
