"""Events that always fail, transient failures, failures that stop the consumer, dead letters and their limit."""

import asyncio
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from libs.shared.contracts.codec import NewerVersion
from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.db.database import WriteSession
from libs.shared.eventlog.port import EventLog, Outgoing, TopicPartition
from libs.shared.events.consumer import Consumer
from libs.shared.events.failures import DeadLetterLimit, RetryLater
from libs.shared.events.handling import Handling
from tests.contract.events.support import (
    GROUP,
    ends_of,
    handling,
    letters,
    limit,
    outgoing,
    wait_caught_up,
    wait_effects,
    with_header,
)
from tests.factories.events import QUICK_TRIES, append_effects, consuming, effects, month, relaying, rows, until
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import OwnDatabase


async def run_to_the_end(log: EventLog, handled: Handling) -> Consumer:
    """Run until it stops by itself."""
    consumer = Consumer(log, handled, settings=QUICK_TRIES)
    async with asyncio.timeout(40):
        await consumer.run(asyncio.Event())
    return consumer


async def test_a_poison_event_is_given_up_after_five_tries_and_delays_the_others_little(
    log: EventLog, own: OwnDatabase
) -> None:
    poison, tries = month(), 0

    async def handler(session: WriteSession, events: Any) -> None:
        nonlocal tries
        await append_effects(session, events)
        if any(event.key == poison.key for event in events):
            tries += len(events) == 1
            raise RuntimeError("6101120008 is a value that must not travel")

    await log.append(
        [*(outgoing(month()) for _ in range(30)), outgoing(poison), *(outgoing(month()) for _ in range(30))]
    )
    begun = time.monotonic()
    async with consuming(log, handling(own, handler)):
        await wait_effects(own, 60)
        assert time.monotonic() - begun < 20, "joining the group included"
        await wait_caught_up(log)
    (letter,) = await letters(own)
    assert tries == 5, "an attempt together with others counts against none of them"
    assert (letter["key"].decode(), letter["tries"], letter["error_type"], letter["state"]) == (
        poison.key,
        5,
        "RuntimeError",
        "open",
    )
    assert letter["municipality"] == poison.municipality_code
    assert "6101120008" not in letter["reason"]
    assert len(await effects(own)) == 60
    assert poison.key not in {key for _, key, _ in await effects(own)}


async def test_a_lone_poison_event_has_its_five_tries_too(log: EventLog, own: OwnDatabase) -> None:
    tries = 0

    async def handler(session: WriteSession, events: Any) -> None:
        nonlocal tries
        tries += 1
        raise RuntimeError

    await log.append([outgoing(month())])
    async with consuming(log, handling(own, handler)):
        await wait_caught_up(log)
    assert tries == 5
    assert [letter["tries"] for letter in await letters(own)] == [5]


async def test_a_failure_that_passes_within_the_tries_leaves_no_dead_letter(log: EventLog, own: OwnDatabase) -> None:
    failures = 0

    async def handler(session: WriteSession, events: Any) -> None:
        nonlocal failures
        if failures < 3:
            failures += 1
            raise RuntimeError
        await append_effects(session, events)

    await log.append([outgoing(month())])
    async with consuming(log, handling(own, handler)):
        await wait_caught_up(log)
    assert len(await effects(own)) == 1
    assert await letters(own) == []


async def test_an_unreadable_record_goes_to_the_dead_letters_at_once_and_its_neighbours_take_effect(
    log: EventLog, own: OwnDatabase
) -> None:
    key = month().key
    wrong = [
        Outgoing(TOPIC, key, b"no event", ()),
        Outgoing(TOPIC, key, b"\xff", outgoing(month()).headers),
        with_header(outgoing(month()), "ce_type", b"dk.skoleloeft.unknown"),
        replace(outgoing(month()), key="another key"),
    ]
    await log.append([outgoing(month()), *wrong, outgoing(month())])
    async with consuming(log, handling(own)):
        await wait_caught_up(log)
    found = await letters(own)
    assert len(await effects(own)) == 2
    assert [(letter["error_type"], letter["tries"]) for letter in found] == [("InvalidEvent", 1)] * 4


async def test_a_dead_letter_reaches_the_groups_topic_once_as_it_was_with_its_fate_in_headers(
    log: EventLog, own: OwnDatabase
) -> None:
    topic = dead_letter_topic(GROUP)
    record = Outgoing(TOPIC, "k", b"\x00\xff", (("any", b"\xfe"),))
    await log.append([record])
    async with consuming(log, handling(own)), relaying(own.db, log):
        await wait_caught_up(log)

        async def told() -> bool:
            return (await log.end_offsets([topic]))[TopicPartition(topic, 0)] >= 1

        await until(told)
    reader = log.consumer(f"reader-{uuid4().hex[:8]}", [topic])
    await reader.start()
    found: list[Any] = []

    async def read() -> bool:
        found.extend(await reader.poll(max_records=10, wait_seconds=0.2))
        return bool(found)

    await until(read)
    await reader.close()
    (letter,) = found
    headers = dict(letter.headers)
    assert (letter.key, letter.value, headers["any"]) == ("k", b"\x00\xff", b"\xfe")
    assert headers["dl_topic"].decode() == TOPIC
    assert headers["dl_error_type"] == b"InvalidEvent"
    assert {"dl_id", "dl_reason", "dl_partition", "dl_offset", "dl_tries", "dl_at"} <= headers.keys()


async def test_a_newer_version_stops_the_consumer_and_nothing_is_passed_over(log: EventLog, own: OwnDatabase) -> None:
    newer = with_header(outgoing(month()), "ce_schemaversion", b"2")
    await log.append([newer])
    handled = handling(own)
    consumer = Consumer(log, handled, settings=QUICK_TRIES)
    with pytest.raises(NewerVersion):
        async with asyncio.timeout(40):
            await consumer.run(asyncio.Event())
    assert consumer.stuck()
    assert await letters(own) == []
    assert sum((await log.committed(GROUP, [TOPIC])).values()) == 0
    assert handled.metrics.stopped.labels(GROUP, "newer_version")._value.get() == 1


async def test_past_the_limit_of_dead_letters_the_consumer_stops_until_somebody_has_looked(
    log: EventLog, own: OwnDatabase
) -> None:
    async def bad_deploy(session: WriteSession, events: Any) -> None:
        raise ValueError

    await log.append([outgoing(month(municipality=f"{100 + n}")) for n in range(20)])
    wrong = handling(own, bad_deploy, limit=limit(3))
    for _ in range(2):  # a restart does not reset the count
        with pytest.raises(DeadLetterLimit, match="3 dead letters of 3 municipalities"):
            await run_to_the_end(log, wrong)
        assert len(await letters(own)) == 3
        assert wrong.metrics.stopped.labels(GROUP, "dead_letter_limit")._value.get() == 1
    good = handling(own, limit=limit(3))
    for letter in await letters(own):
        await good.replay(letter["id"])
    async with consuming(log, good):
        await wait_caught_up(log)
    found = await effects(own)
    assert len(found) == len({event_id for event_id, _, _ in found}) == 20


async def test_a_municipality_whose_rows_are_locked_waits_alone(log: EventLog, own: OwnDatabase) -> None:
    await rows(own, "INSERT INTO aggregate VALUES ('201', 0)")

    async def handler(session: WriteSession, events: Any) -> None:
        await append_effects(session, events)
        if any(event.data.municipality_code == "201" for event in events):
            await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            await session.execute(text("UPDATE aggregate SET version = version + 1 WHERE key = '201'"))

    records = []
    for n in range(20):
        records += [outgoing(month(municipality="201")), outgoing(month(municipality=f"{300 + n}"))]
    await log.append(records)
    async with consuming(log, handling(own, handler)):
        async with own.db.write() as session:
            await session.execute(text("UPDATE aggregate SET version = 0 WHERE key = '201'"))
            await wait_effects(own, 20)
            assert {key for _, key, _ in await effects(own)} == {r.key for r in records[1::2]}
        await wait_caught_up(log)
    assert len(await effects(own)) == 40
    assert await letters(own) == []


async def test_a_partition_that_must_wait_does_not_hold_up_the_others(log: EventLog, own: OwnDatabase) -> None:
    held, open_again = month(), False

    async def handler(session: WriteSession, events: Any) -> None:
        if not open_again and any(event.key == held.key for event in events):
            raise RetryLater
        await append_effects(session, events)

    await log.append([outgoing(held)])
    (blocked,) = [at for at, end in (await ends_of(log)).items() if end]
    async with consuming(log, handling(own, handler)):
        await log.append([outgoing(month()) for _ in range(60)])

        async def others_are_done() -> bool:
            ends, committed = await ends_of(log), await log.committed(GROUP, [TOPIC])
            return all(committed.get(at, 0) >= end for at, end in ends.items() if at != blocked)

        await until(others_are_done)
        assert (await log.committed(GROUP, [TOPIC])).get(blocked, 0) == 0
        assert held.key not in {key for _, key, _ in await effects(own)}
        open_again = True
        await wait_caught_up(log)
    assert len(await effects(own)) == 61
    assert await letters(own) == []
