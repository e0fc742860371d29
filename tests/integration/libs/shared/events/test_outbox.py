"""The outbox on PostgreSQL."""

import asyncio

import pytest
from opentelemetry import trace
from sqlalchemy import text

from libs.shared.contracts.codec import decode
from libs.shared.db.listen import listen
from libs.shared.events import outbox as outbox_module
from libs.shared.events.headers import unpacked
from libs.shared.events.outbox import EventTooLarge, Outbox
from libs.shared.observability.tracing import Tracing, continue_trace
from tests.factories.events import absence_outbox, month, rows, service_database
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import MakeDatabase


async def test_events_are_there_in_order_after_the_commit_and_not_at_all_after_a_rollback(
    make_database: MakeDatabase,
) -> None:
    own = await service_database(make_database)
    states = [month(version=n) for n in range(1, 51)]
    async with own.db.write() as session:
        ids = await absence_outbox().add(session, states)

    async def write_and_fail() -> None:
        async with own.db.write() as session:
            await absence_outbox().add(session, month())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    found = await rows(own, "SELECT * FROM outbox ORDER BY seq")
    assert [row["id"] for row in found] == ids
    events = [decode(unpacked(row["headers"], row["id"], row["key"]), row["value"]) for row in found]
    assert [event.data for event in events] == states
    assert [event.key for event in events] == [row["key"] for row in found]


async def test_nothing_to_add_writes_nothing(make_database: MakeDatabase) -> None:
    own = await service_database(make_database)
    async with own.db.write() as session:
        assert await absence_outbox().add(session, []) == []
    assert await rows(own, "SELECT * FROM outbox") == []


async def test_the_notification_comes_with_the_commit_and_not_before(make_database: MakeDatabase) -> None:
    own = await service_database(make_database)
    async with listen(own.db, outbox_module.CHANNEL) as wake:
        await wake.wait(5)  # the first wake means that listening has begun
        async with own.db.write() as session:
            await absence_outbox().add(session, month())
            assert not await wake.wait(0.3)
        assert await wake.wait(5)


async def test_an_event_carries_the_trace_of_the_work_that_caused_it(make_database: MakeDatabase) -> None:
    own = await service_database(make_database)
    incoming = f"00-{'ab' * 16}-{'cd' * 8}-01"
    with continue_trace(incoming, tracing=Tracing("test")):
        span = trace.get_current_span().get_span_context()
        async with own.db.write() as session:
            await absence_outbox().add(session, month())
    (row,) = await rows(own, "SELECT * FROM outbox")
    headers = dict(unpacked(row["headers"], row["id"], row["key"]))
    assert headers["ce_traceparent"].decode() == f"00-{'ab' * 16}-{span.span_id:016x}-01"


async def test_a_tombstone_names_its_key_and_tenant_and_has_no_value(make_database: MakeDatabase) -> None:
    own = await service_database(make_database)
    async with own.db.write() as session:
        event_id = await absence_outbox().tombstone(session, TOPIC, "a/2022-09", municipality="101")
    (row,) = await rows(own, "SELECT * FROM outbox")
    headers = dict(unpacked(row["headers"], row["id"], row["key"]))
    assert (row["id"], row["key"], row["value"]) == (event_id, "a/2022-09", None)
    assert headers["ce_id"].decode() == str(event_id)
    assert headers["ce_municipality"] == b"101"


async def test_what_could_never_be_published_is_refused_before_it_is_written(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await service_database(make_database)
    async with own.db.write() as session:
        with pytest.raises(ValueError, match="does not own"):
            await Outbox("registration").add(session, month())
        with pytest.raises(ValueError, match="does not own"):
            await absence_outbox().tombstone(session, "no.such-topic", "k")
        monkeypatch.setattr(outbox_module, "MAX_VALUE_BYTES", 10)
        with pytest.raises(EventTooLarge):
            await absence_outbox().add(session, month())
    assert await rows(own, "SELECT * FROM outbox") == []


async def test_a_cancelled_writer_leaves_nothing_behind(make_database: MakeDatabase) -> None:
    own = await service_database(make_database)

    async def write() -> None:
        async with own.db.write() as session:
            await absence_outbox().add(session, month())
            await session.execute(text("SELECT pg_sleep(30)"))

    task = asyncio.create_task(write())
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await rows(own, "SELECT * FROM outbox") == []
