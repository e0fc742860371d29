"""No content of a record, or of its failure, prevents its dead letter from being stored and published."""

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.db.database import WriteSession
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import Outgoing, Record, TopicPartition
from libs.shared.events.arrivals import read
from libs.shared.events.consumer import Consumer
from libs.shared.events.dead_letters import GivenUp, listed
from libs.shared.events.failures import DeadLetterFailed, EventRefused
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import EventTooLarge, write
from libs.shared.events.subscriptions import Subscription, Subscriptions
from libs.shared.operations.dead_letters import dead_letter_command
from tests.contract.events.support import outgoing, with_header
from tests.factories.events import (
    QUICK_TRIES,
    append_effects,
    consuming,
    effects,
    month,
    relaying,
    rows,
    service_database,
    until,
)
from tests.factories.own_topics import TOPIC, memory_log
from tests.realparts.databases import MakeDatabase, OwnDatabase

GROUP = "evaluation_export"
LETTERS = dead_letter_topic(GROUP)
HERE = TopicPartition(TOPIC, 0)
GOOD = outgoing(month())


def of(key: str = "k", value: bytes | None = b"{}", headers: Any = (("any", b"1"),), at: int = 0) -> Record:
    """A record as a foreign producer may write it."""
    return Record(TOPIC, 0, 0, key, value, headers, at)


DEEP = b"[" * 100_000 + b"]" * 100_000
POISON: dict[str, Record] = {
    "a key with NUL": of("a\0b"),
    "a key that is no UTF-8": of("\udcff\udcfe"),
    "a tombstone whose key is no UTF-8": of("\udcff", None),
    "no key": of(""),
    "a tombstone without a key": of("", None),
    "a key of 200 kB": of("k" * 200_000),
    "a header name with NUL": of(headers=(("a\0b", b"1"),)),
    "a header name that is no UTF-8": of(headers=(("\udcff", b"1"),)),
    "a header without a value": of(headers=(("ce_type", None),)),
    "no time": of(at=-1),
    "a time in the far future": of(at=2**62),
    "a time in the far past": of(at=-(2**62)),
    "999,900 bytes of value": of(value=b"x" * 999_900),
    "900 kB of headers": of(headers=(("h", b"x" * 950_000),)),
    "20,000 headers": of(headers=tuple((f"h{n}", b"12345678901234567890") for n in range(20_000))),
    "JSON nested too deep": of(value=DEEP, headers=GOOD.headers, key=GOOD.key),
    "a tombstone for a municipality with NUL": of(value=None, headers=(("ce_municipality", b"1\x001"),)),
    "a newline and an escape sequence": of("k\n\x1b[31m", b"\x1b[2J", headers=(("h\x1b", b"\x1b"),)),
}


def handling(own: OwnDatabase, handler: Any = append_effects) -> Handling:
    return Handling(own.db, GROUP, Subscriptions(Subscription(PupilMonthChanged, handler)))


async def one_partition(*records: Record) -> MemoryEventLog:
    """A log with exactly these records, including those that ``append`` would refuse."""
    log = await memory_log(partitions=1)
    log.records[HERE] += [
        Record(TOPIC, 0, offset, r.key, r.value, r.headers, r.timestamp) for offset, r in enumerate(records)
    ]
    log.notify()
    return log


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    return await service_database(make_database)


async def test_every_poison_becomes_a_dead_letter_that_is_kept_shown_and_told_and_the_next_event_is_taken(
    own: OwnDatabase,
) -> None:
    good = of(GOOD.key, GOOD.value, GOOD.headers)
    log = await one_partition(*POISON.values(), good)

    async def all_told() -> bool:
        return len(log.records[TopicPartition(LETTERS, 0)]) == len(POISON)

    async with consuming(log, handling(own)), relaying(own.db, log):
        await until(all_told)
    assert [key for _, key, _ in await effects(own)] == [GOOD.key]
    async with own.db.read() as session:
        letters = {letter.record.offset: letter for letter in await listed(session, GROUP)}
    for offset, (name, record) in enumerate(POISON.items()):
        kept = letters[offset].record
        headers = tuple((header, value or b"") for header, value in record.headers)
        assert (kept.key, kept.value, kept.headers, kept.timestamp) == (
            record.key,
            record.value,
            headers,
            record.timestamp,
        ), name
    said: list[str] = []
    for letter in letters.values():
        arguments = ("show", str(letter.id), "--value")
        assert await dead_letter_command(arguments, db=own.db, handling=handling(own), write=said.append) == 0
    assert all(line.isprintable() for one in said for line in one.split("\n"))
    assert await dead_letter_command(("replay", "--all"), db=own.db, handling=handling(own), write=said.append) == 1
    assert sum("still cannot be read" in line for line in said) == len(POISON)


async def test_the_copy_on_the_topic_leaves_out_what_would_be_too_large_and_says_so(own: OwnDatabase) -> None:
    names = ("999,900 bytes of value", "900 kB of headers", "20,000 headers", "a key that is no UTF-8")
    log = await one_partition(*(POISON[name] for name in names))

    async def all_told() -> bool:
        return len(log.records[TopicPartition(LETTERS, 0)]) == len(names)

    async with consuming(log, handling(own)), relaying(own.db, log):
        await until(all_told)
    value, headers, many, key = log.records[TopicPartition(LETTERS, 0)]
    assert value.value == b""
    assert dict(value.headers)["dl_value_omitted"] == b"999900"
    assert dict(value.headers)["any"] == b"1"
    assert dict(headers.headers)["dl_headers_omitted"] == b"1"
    assert dict(many.headers).get("dl_headers_omitted", b"20000") == b"20000"
    assert key.key == dict(key.headers)["dl_id"].decode()
    assert dict(key.headers)["dl_key"] == b"\xff\xfe"


async def test_an_outbox_takes_nothing_that_no_log_would_take_headers_included(own: OwnDatabase) -> None:
    with pytest.raises(EventTooLarge):
        async with own.db.write() as session:
            await write(session, [(uuid4(), Outgoing(TOPIC, "k", b"x" * 600_000, (("h", b"x" * 500_000),)))])
    assert await rows(own, "SELECT 1 FROM outbox") == []


async def test_whatever_a_handler_says_is_buried_with_its_event(own: OwnDatabase) -> None:
    async def handler(session: WriteSession, events: Any) -> None:
        raise EventRefused("a\0b\ud800\x1b" * 100_000)

    log = await one_partition(of(GOOD.key, GOOD.value, GOOD.headers))

    async def given_up() -> bool:
        return bool(await rows(own, "SELECT 1 FROM dead_letter"))

    async with consuming(log, handling(own, handler)):
        await until(given_up)
    ((reason,),) = await rows(own, "SELECT reason FROM dead_letter")
    assert "a\\x00b\\ud800\\x1b" in reason
    assert len(reason) <= 1_000


async def test_the_largest_numbers_of_a_log_are_buried_too(own: OwnDatabase) -> None:
    record = Record(TOPIC, 2**31 - 1, 2**63 - 1, "k", b"{}", (), 2**63 - 1)
    await handling(own).give_up(read(record), GivenUp("InvalidEvent", "no event", 1))
    async with own.db.read() as session:
        (letter,) = await listed(session, GROUP)
    assert letter.record == record


async def test_an_event_given_up_again_after_its_inbox_row_is_gone_is_open_again(own: OwnDatabase) -> None:
    arrival = read(of())
    await handling(own).give_up(arrival, GivenUp("InvalidEvent", "first", 1))
    await handling(own).discard(arrival.id)
    await rows(own, "DELETE FROM inbox")
    await handling(own).give_up(arrival, GivenUp("InvalidEvent", "second", 1))
    ((reason, state),) = await rows(own, "SELECT reason, state FROM dead_letter")
    assert (reason, state) == ("second", "open")


async def test_a_burial_that_waiting_cannot_help_stops_the_consumer_and_says_so(own: OwnDatabase) -> None:
    await rows(own, "ALTER TABLE dead_letter ADD CONSTRAINT none CHECK (false) NOT VALID")
    log, handled = await one_partition(of()), handling(own)
    consumer, begun = Consumer(log, handled, settings=QUICK_TRIES), time.monotonic()
    with pytest.raises(DeadLetterFailed):
        async with asyncio.timeout(40):
            await consumer.run(asyncio.Event())
    assert time.monotonic() - begun < 30
    assert consumer.stuck()
    assert handled.metrics.stopped.labels(GROUP, "burial")._value.get() == 1
    assert await log.committed(GROUP, [TOPIC]) == {}


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
async def test_a_burial_waits_while_the_table_is_locked_and_is_then_done(own: OwnDatabase, limit: str) -> None:
    log = await one_partition(of())
    handled = handling(own)

    async def waits() -> bool:
        found = await rows(own, "SELECT 1 FROM pg_locks WHERE relation = 'dead_letter'::regclass AND NOT granted")
        return bool(found) or handled.metrics.retries.labels(GROUP, "DBAPIError")._value.get() > 0

    async def given_up() -> bool:
        return bool(await rows(own, "SELECT 1 FROM dead_letter"))

    name = (await rows(own, "SELECT current_database()"))[0][0]
    await rows(own, f"ALTER DATABASE \"{name}\" SET {limit} = '100ms'")
    await own.db.engine.dispose()
    owner = await asyncpg.connect(own.owner_url)
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("LOCK TABLE dead_letter IN ACCESS EXCLUSIVE MODE")
    async with consuming(log, handled):
        await until(waits)
        await transaction.rollback()
        await until(given_up)
    await owner.close()


async def test_a_bad_event_of_a_municipality_counts_for_it_also_when_it_cannot_be_read(own: OwnDatabase) -> None:
    content = {**json.loads(GOOD.value or b""), "month": "0000-13"}
    unreadable = of(GOOD.key, json.dumps(content).encode(), GOOD.headers)
    wrong_key = of("another", GOOD.value, GOOD.headers)
    log = await one_partition(unreadable, wrong_key)

    async def given_up() -> bool:
        return len(await rows(own, "SELECT 1 FROM dead_letter")) == 2

    async with consuming(log, handling(own)):
        await until(given_up)
    assert [code for (code,) in await rows(own, "SELECT municipality FROM dead_letter")] == ["101", "101"]


def test_what_claims_to_be_no_event_names_no_municipality() -> None:
    wrong = with_header(GOOD, "ce_type", b"nonsense")
    for value in (b"", b"[]", b"1", b"\xff", DEEP, b'{"municipality_code": 101}', b'{"municipality_code": "1011"}'):
        assert read(of(GOOD.key, value, wrong.headers)).municipality is None


async def test_a_value_that_postgresql_cannot_hold_is_found_among_good_ones(own: OwnDatabase) -> None:
    bad = month()

    async def handler(session: WriteSession, events: Any) -> None:
        await append_effects(session, events)
        for event in events:
            note = "a\0b" if event.key == bad.key else "ab"
            await session.execute(text("SELECT CAST(:note AS text)"), {"note": note})

    given = [outgoing(state) for state in (month(), month(), bad, month())]
    log = await one_partition(*(of(one.key, one.value, one.headers) for one in given))

    async def taken() -> bool:
        return len(await effects(own)) == 3

    async with consuming(log, handling(own, handler)):
        await until(taken)
    ((key, tries),) = await rows(own, "SELECT key, tries FROM dead_letter")
    assert (key.decode(), tries) == (bad.key, 1)
