"""A broker on a busy machine: connecting takes longer than a readiness check may take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from libs.shared.eventlog.factory import open_event_log
from tests.realparts.ports import free_port

pytestmark = pytest.mark.kafka

SLOW, PATIENCE = 1.5, 0.5
"""Seconds: until a new connection is served, and that a check may take."""


@asynccontextmanager
async def slow_to_connect(bootstrap: str) -> AsyncIterator[str]:
    """A proxy that serves each new connection late; from the broker, clients then learn its own address."""
    host, _, port = bootstrap.rpartition(":")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(65536):
                sink.write(piece)
                await sink.drain()
        sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(SLOW)
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pump(reader, back), pump(there, writer))

    here = free_port()
    server = await asyncio.start_server(serve, "127.0.0.1", here)
    try:
        yield f"127.0.0.1:{here}"
    finally:
        server.close()


async def test_checks_that_are_given_up_early_come_to_an_end_all_the_same(kafka_bootstrap: str) -> None:
    async with slow_to_connect(kafka_bootstrap) as bootstrap:
        log = open_event_log(f"kafka://{bootstrap}", client_id="test")
        given_up = 0
        async with asyncio.timeout(40):
            while True:
                try:
                    async with asyncio.timeout(PATIENCE):
                        await log.check()
                        break
                except TimeoutError:
                    given_up += 1
        assert given_up > 0, "the check was to take longer than its patience"
        await log.close()
