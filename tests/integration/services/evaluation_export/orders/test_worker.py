"""An order is built once, whatever happens to the worker that began it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest

from libs.shared.db.database import Database
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.orders.errors import MAX_ATTEMPTS
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.aggregate.product import AGGREGATE
from services.evaluation_export.products.aggregate.reading import read_snapshot
from services.evaluation_export.products.errors import BuildTooSlow
from services.evaluation_export.products.frames import Answer
from services.evaluation_export.products.process import Keep, ProcessBuilder
from services.evaluation_export.products.product import Product
from tests.factories.events import until
from tests.factories.logs import logged
from tests.factories.wire import wire_to
from tests.integration.services.evaluation_export import told
from tests.integration.services.evaluation_export.steps import fetch, order
from tests.integration.services.evaluation_export.told import PROTECTION, Token, World, tell
from tests.realparts.databases import OwnDatabase

ROOT = Path(__file__).parents[5]


class Hanging:
    """A builder that never returns."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def build(
        self, product: Product, given: msgspec.Struct, earlier: AsyncIterator[PackedGroup], keep: Keep
    ) -> Answer:
        assert isinstance(given, Order)
        assert len(given.persons) == len(given.snapshot.persons) > 0
        self.begun.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_an_order_whose_worker_dies_is_built_by_the_next(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, worker: DeliveryWorker, world: World
) -> None:
    path = await order(client, token)
    hanging = Hanging()
    dying = asyncio.create_task(DeliveryWorker(own.db, hanging, PROTECTION).build_next())
    await hanging.begun.wait()
    assert not await worker.build_next()  # another worker has it
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await worker.build_next()
    assert (await fetch(client, token, path)).json()["status"] == "ready"


KILLED = """
import asyncio, sys
from libs.shared.db.database import Database
from services.evaluation_export.orders.worker import DeliveryWorker
from tests.integration.services.evaluation_export.told import PROTECTION

class Hanging:
    async def build(self, product, given, earlier, keep):
        print("building", flush=True)
        await asyncio.Event().wait()

asyncio.run(DeliveryWorker(Database(sys.argv[1]), Hanging(), PROTECTION).build_next())
"""


async def test_an_order_whose_worker_is_killed_is_built_by_the_next(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, worker: DeliveryWorker, world: World
) -> None:
    path = await order(client, token)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, own.app_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"building\n"
        assert not await worker.build_next()
        process.kill()
        await process.wait()
        while not await worker.build_next():  # noqa: ASYNC110 - the server notices the closed connection a little later
            await asyncio.sleep(0.1)
    assert (await fetch(client, token, path)).json()["status"] == "ready"


async def test_an_order_that_kills_its_worker_each_time_is_given_up(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, worker: DeliveryWorker, world: World
) -> None:
    path = await order(client, token)
    for _ in range(MAX_ATTEMPTS):
        hanging = Hanging()
        dying = asyncio.create_task(DeliveryWorker(own.db, hanging, PROTECTION).build_next())
        await hanging.begun.wait()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
    assert await worker.build_next()
    state = (await fetch(client, token, path)).json()
    assert (state["status"], state["failure"]["code"]) == ("failed", "delivery.build_interrupted")
    assert str(MAX_ATTEMPTS) in state["failure"]["messages"]["da"]
    refused = await fetch(client, token, f"{path}/bundle")
    assert (refused.status_code, refused.json()["code"]) == (409, "delivery.build_interrupted")


async def test_a_build_over_its_time_is_given_up_and_its_process_ends(own: OwnDatabase, world: World) -> None:
    async def nothing() -> AsyncIterator[PackedGroup]:
        for none in ():
            yield none

    async def nowhere(start: int, piece: bytes) -> None:
        raise AssertionError

    async with own.db.moment(EVALUATOR) as session:
        reading = await read_snapshot(session, "2022/2023")
    order = Order(reading.snapshot, DisclosureRules(), ())
    with pytest.raises(BuildTooSlow):
        await ProcessBuilder(0.01).build(AGGREGATE, order, nothing(), nowhere)


async def test_an_audit_that_does_not_end_in_time_releases_nothing_and_says_so(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    path = await order(client, token)
    assert await DeliveryWorker(own.db, ProcessBuilder(60), replace(PROTECTION, audit_seconds=1e-6)).build_next()
    state = (await fetch(client, token, path)).json()
    assert (state["status"], state["failure"]["code"]) == ("failed", "delivery.audit_too_slow")
    assert (await fetch(client, token, f"{path}/bundle")).json()["code"] == "delivery.audit_too_slow"


async def test_an_enrolment_whose_pupil_has_not_come_fails_the_delivery_with_that_reason(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, worker: DeliveryWorker
) -> None:
    states = [state for state in told.make_world().states if type(state).__name__ != "PupilChanged"]
    await tell(own.db, states)
    path = await order(client, token)
    await worker.build_next()
    assert (await fetch(client, token, path)).json()["failure"]["code"] == "delivery.pupils_missing"


async def test_the_loop_wakes_for_an_order_and_stops_when_told(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    stop = asyncio.Event()
    loop = asyncio.create_task(DeliveryWorker(own.db, ProcessBuilder(60), PROTECTION, poll_seconds=30).run(stop))
    await asyncio.sleep(0.5)
    path = await order(client, token)
    async with asyncio.timeout(25):
        # The state is read over HTTP; there is no event to wait for.
        while (await fetch(client, token, path)).json()["status"] == "requested":  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.1)
        stop.set()
        await loop
    assert (await fetch(client, token, path)).json()["status"] == "ready"


async def test_the_loop_rides_out_a_database_that_is_away_and_then_builds(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    stop = asyncio.Event()
    async with wire_to(own.app_url) as wire:
        db = Database(wire.address(own.app_url))
        await wire.cut()
        with logged() as lines:
            loop = asyncio.create_task(DeliveryWorker(db, ProcessBuilder(60), PROTECTION, poll_seconds=0.2).run(stop))

            async def noticed() -> bool:
                return "loop.failed" in lines.getvalue()

            await until(noticed)
        assert not loop.done()
        path = await order(client, token)
        await wire.restore()

        async def built() -> bool:
            return str((await fetch(client, token, path)).json()["status"]) == "ready"

        await until(built)
        stop.set()
        async with asyncio.timeout(30):
            await loop
        await db.close()
