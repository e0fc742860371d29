"""A worker whose embedded log is away when it starts; for Kafka see ``test_relay_on_kafka``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import make_url

from libs.shared.eventlog.factory import open_event_log
from tests.contract.events.conftest import GROUP
from tests.contract.events.support import goes_on_by_itself
from tests.factories.events import service_database
from tests.factories.own_topics import with_topics
from tests.realparts.databases import MakeDatabase
from tests.realparts.eventlogs import QUICK
from tests.realparts.ports import free_port


@asynccontextmanager
async def forwarding(port: int, target: tuple[str, int]) -> AsyncIterator[None]:
    """Forward connections to ``port`` of 127.0.0.1 to ``target``."""

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65536):
                sink.write(piece)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*target)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


async def test_the_embedded_logs_server_is_away(make_database: MakeDatabase, eventlog_url: str) -> None:
    own, url, port = await service_database(make_database), make_url(eventlog_url), free_port()
    there = open_event_log(eventlog_url, client_id="test", times=QUICK)
    await with_topics(there, GROUP)
    await there.close()
    away = url.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
    async with AsyncExitStack() as stack:

        async def come() -> None:
            await stack.enter_async_context(forwarding(port, (url.host or "127.0.0.1", url.port or 5432)))

        await goes_on_by_itself(own, away, come)
