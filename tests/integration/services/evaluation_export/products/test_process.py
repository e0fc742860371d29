"""The process that builds is killed: the order reports this, and nothing of the bundle remains."""

import asyncio
import os
import signal
from pathlib import Path

import httpx
from sqlalchemy import text

from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.orders.worker import DeliveryWorker
from tests.integration.services.evaluation_export.steps import fetch, order
from tests.integration.services.evaluation_export.told import Token, World
from tests.realparts.databases import OwnDatabase


def builders() -> list[int]:
    """The child processes of this test that build a bundle."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == os.getpid() and b"services.evaluation_export.products.aggregate" in words:
            found.append(int(process.name))
    return found


async def test_an_order_whose_builder_is_killed_fails_and_leaves_nothing(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, worker: DeliveryWorker, world: World
) -> None:
    path = await order(client, token)
    building = asyncio.create_task(worker.build_next())
    async with asyncio.timeout(60):
        while not (started := builders()):  # noqa: ASYNC110 - the start of a process sends no event
            await asyncio.sleep(0.01)
        os.kill(started[0], signal.SIGKILL)
        assert await building
    state = (await fetch(client, token, path)).json()
    assert (state["status"], state["failure"]["code"]) == ("failed", "delivery.build_failed")
    async with own.db.read(EVALUATOR) as session:
        for table in ("bundle_chunk", "release"):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
    again = await order(client, token)
    assert await worker.build_next()
    assert (await fetch(client, token, again)).json()["status"] == "ready"
