"""Bundles are stored in pieces and handed out unchanged, and a whole bundle is never in memory."""

import asyncio
import os
import tracemalloc
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.bundle.archive import PIECE_BYTES
from services.evaluation_export.bundle.errors import BundleIncomplete
from services.evaluation_export.bundle.use_cases import read_bundle
from services.evaluation_export.orders.worker import DeliveryWorker
from tests.integration.services.evaluation_export.builders import Given
from tests.integration.services.evaluation_export.steps import order
from tests.integration.services.evaluation_export.told import PROTECTION, Token, World
from tests.realparts.databases import OwnDatabase

LARGE = 24 * PIECE_BYTES
GROWTH = 8 * PIECE_BYTES


async def test_every_range_of_a_bundle_reads_as_it_was_stored(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    bundle = os.urandom(2 * PIECE_BYTES + 12345)
    path = await order(client, token)
    assert await DeliveryWorker(own.db, Given(bundle=bundle), PROTECTION).build_next()
    delivery_id = path.rsplit("/", 1)[1]
    ends = (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, len(bundle) - 1, len(bundle))
    for start in ends:
        for end in (each for each in ends if each >= start):
            read = [piece async for piece in read_bundle(own.db, EVALUATOR, delivery_id, start, end - start)]
            assert b"".join(read) == bundle[start:end], (start, end)
            assert all(len(piece) <= PIECE_BYTES for piece in read)


async def test_a_piece_that_is_missing_is_an_error_and_not_a_shorter_bundle(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    path = await order(client, token)
    assert await DeliveryWorker(own.db, Given(bundle=bytes(2 * PIECE_BYTES)), PROTECTION).build_next()
    async with own.db.write(EVALUATOR) as session:
        await session.execute(text("DELETE FROM bundle_chunk WHERE start > 0"))
    with pytest.raises(BundleIncomplete):
        async for _ in read_bundle(own.db, EVALUATOR, path.rsplit("/", 1)[1], 0, 2 * PIECE_BYTES):
            pass


async def test_handing_out_a_large_file_holds_a_few_pieces_of_it(
    client: httpx.AsyncClient, app: FastAPI, token: Token, own: OwnDatabase, world: World
) -> None:
    path = await order(client, token)
    assert await DeliveryWorker(own.db, Given(bundle=bytes(LARGE)), PROTECTION).build_next()
    sent, status = 0, 0

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal sent, status
        status = message.get("status", status)
        sent += len(message.get("body", b""))

    requests = 0

    async def receive() -> dict[str, Any]:
        nonlocal requests
        requests += 1
        if requests > 1:
            await asyncio.Event().wait()  # the caller stays connected
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(name.lower().encode(), value.encode()) for name, value in token("evaluator").items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": f"{path}/files/whole", "raw_path": f"{path}/files/whole".encode(), "query_string": b"", "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("evaluation", 80),
    }  # fmt: skip
    tracemalloc.start()
    try:
        await app(scope, receive, send)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (status, sent) == (200, LARGE)
    assert most < GROWTH
