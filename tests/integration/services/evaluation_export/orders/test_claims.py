"""One worker builds an order, and a bundle is released only if it was compared with every earlier release."""

import asyncio
from typing import Any

import httpx
from sqlalchemy import text

from libs.shared.db.database import Database
from libs.shared.db.locks import Lock
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.bundle.archive import PIECE_BYTES
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.orders.worker import DeliveryWorker
from tests.integration.services.evaluation_export.builders import Given
from tests.integration.services.evaluation_export.steps import fetch, order
from tests.integration.services.evaluation_export.told import PROTECTION, Token, World
from tests.realparts.databases import OwnDatabase

FIRST = PackedGroup("2022/2023", "flow/left/0", bytes(range(32)), b"", {"pupils": "5"})
SECOND = PackedGroup("2022/2023", "flow/left/0", bytes(range(48)), b"", {"pupils": "5"})


async def asked(db: Database, sql: str) -> list[Any]:
    async with db.read(EVALUATOR) as session:
        return list((await session.execute(text(sql))).all())


async def lose_the_lock(db: Database) -> None:
    """End the connection that holds the building worker's lock; the worker itself continues."""
    holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :lock"
    async with db.write(EVALUATOR) as session:
        pid = (await session.execute(text(holders), {"lock": int(Lock.RELEASES)})).scalar_one()
        await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    async with asyncio.timeout(20):
        while await asked(db, f"SELECT 1 FROM pg_locks WHERE objid = {int(Lock.RELEASES)}"):  # noqa: ASYNC110 - no event exists
            await asyncio.sleep(0.05)


async def test_no_transaction_is_open_while_a_bundle_is_built(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    await order(client, token)
    slow = Given(FIRST, bundle=bytes(3 * PIECE_BYTES))
    slow.may.clear()
    slow.may_end.clear()
    building = asyncio.create_task(DeliveryWorker(own.db, slow, PROTECTION).build_next())
    open_ones = (
        "SELECT application_name, state, query FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        " AND xact_start IS NOT NULL"
    )
    async with asyncio.timeout(60):
        await slow.begun.wait()
        assert await asked(own.db, open_ones) == []
        slow.may.set()
        await slow.stored.wait()
        assert await asked(own.db, open_ones) == []
        slow.may_end.set()
        assert await building


async def test_a_worker_that_lost_its_lock_does_not_finish_an_order_that_another_has_begun(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    path = await order(client, token)
    lost, other = Given(FIRST, bundle=b"lost"), Given(SECOND, bundle=b"other")
    for builder in (lost, other):
        builder.may.clear()
    first = asyncio.create_task(DeliveryWorker(own.db, lost, PROTECTION).build_next())
    async with asyncio.timeout(60):
        await lost.begun.wait()
        await lose_the_lock(own.db)
        second = asyncio.create_task(DeliveryWorker(own.db, other, PROTECTION).build_next())
        await other.begun.wait()
        lost.may.set()
        assert await first
        assert (await fetch(client, token, path)).json()["status"] == "requested"
        assert await asked(own.db, "SELECT 1 FROM bundle_chunk") == []
        other.may.set()
        assert await second
    assert (await fetch(client, token, f"{path}/bundle")).content == b"other"
    assert [row.members for row in await asked(own.db, "SELECT members FROM released_group")] == [SECOND.members]


async def test_a_worker_that_lost_its_lock_does_not_touch_an_order_that_another_has_finished(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    path = await order(client, token)
    lost = Given(FIRST, bundle=bytes(2 * PIECE_BYTES))
    lost.may_end.clear()
    first = asyncio.create_task(DeliveryWorker(own.db, lost, PROTECTION).build_next())
    async with asyncio.timeout(60):
        await lost.stored.wait()  # while the bundle is stored
        await lose_the_lock(own.db)
        assert await DeliveryWorker(own.db, Given(SECOND, bundle=b"other"), PROTECTION).build_next()
        ready = (await fetch(client, token, path)).json()
        lost.may_end.set()
        assert await first
    assert (await fetch(client, token, path)).json() == ready
    assert (await fetch(client, token, f"{path}/bundle")).content == b"other"
    assert len(await asked(own.db, "SELECT 1 FROM release")) == 1


async def test_two_orders_that_were_compared_with_the_same_past_do_not_both_leave(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    """The worst case: the lock is lost, and a second order is begun and finished meanwhile."""
    paths = [await order(client, token) for _ in range(2)]
    slow, quick, again = Given(FIRST, bundle=b"slow"), Given(SECOND, bundle=b"quick"), Given(bundle=b"again")
    slow.may.clear()
    worker = DeliveryWorker(own.db, slow, PROTECTION)
    first = asyncio.create_task(worker.build_next())
    async with asyncio.timeout(60):
        await slow.begun.wait()
        await lose_the_lock(own.db)
        async with own.db.write(EVALUATOR) as session:  # so that the other worker skips the first order
            await session.execute(
                text("SELECT FROM delivery WHERE id = :id FOR UPDATE"), {"id": paths[0].rsplit("/", 1)[1]}
            )
            assert await DeliveryWorker(own.db, quick, PROTECTION).build_next()
        assert (await fetch(client, token, paths[1])).json()["status"] == "ready"
        slow.may.set()
        assert await first
    assert slow.earlier == quick.earlier == []
    assert (await fetch(client, token, paths[0])).json()["status"] == "requested"
    assert len(await asked(own.db, "SELECT 1 FROM release")) == 1
    assert await DeliveryWorker(own.db, again, PROTECTION).build_next()
    assert [group.members for group in again.earlier] == [SECOND.members]
    assert (await fetch(client, token, f"{paths[0]}/bundle")).content == b"again"


async def test_two_releases_that_are_added_at_the_same_time_do_not_both_leave(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    """A transaction with a new release is not committed: the other one does not see it, and is refused."""
    from services.evaluation_export.disclosure import queries as releases

    path = await order(client, token)
    async with own.db.write(EVALUATOR) as session:
        await releases.add(
            session,
            delivery_id=world.moved,
            product="aggregate",
            school_year="2022/2023",
            groups=[SECOND],
            check=PROTECTION.key.check,
            follows=0,
        )
        assert await DeliveryWorker(own.db, Given(FIRST), PROTECTION).build_next()
        assert (await fetch(client, token, path)).json()["status"] == "requested"
    builder = Given(FIRST)
    assert await DeliveryWorker(own.db, builder, PROTECTION).build_next()
    assert [group.members for group in builder.earlier] == [SECOND.members]
