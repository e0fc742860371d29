"""The speed of events into evaluation_export's tables: at least a quarter of the goals, absolute and relative to plain
SQL.

``python -m benchmarks throughput`` measures the whole goals, on Kafka. Here only the transaction is measured, and the
machine may be slow: hence a quarter of the goals, and the best of up to ten rounds.
"""

import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import asyncpg

from benchmarks import byhand
from benchmarks.events import as_record, months
from benchmarks.throughput import GOAL, REPLAY
from libs.shared.eventlog.port import Record
from libs.shared.events.arrivals import read
from libs.shared.events.handling import Handling
from libs.shared.events.settings import ConsumerSettings
from services.evaluation_export.wiring import SUBSCRIPTIONS
from tests.realparts.databases import OwnDatabase

EVENTS, ROUNDS = 4_000, 10
SLACK = 4


def _records() -> list[Record]:
    made = [as_record(state) for state in months(EVENTS)]
    return [Record(one.topic, place % 6, place, one.key, one.value, one.headers, 0) for place, one in enumerate(made)]


async def _seconds(work: Callable[[list[Record]], Awaitable[None]], records: list[Record]) -> float:
    most, began = ConsumerSettings().max_records, time.perf_counter()
    for start in range(0, len(records), most):
        await work(records[start : start + most])
    return time.perf_counter() - began


async def test_events_are_taken_fast_enough(own: OwnDatabase) -> None:
    handling = Handling(own.db, "evaluation_export", SUBSCRIPTIONS)
    connection = await asyncpg.connect(own.owner_url)
    await connection.execute("SELECT set_config('skoleloeft.municipalities', '101', false)")

    async def ours(records: list[Record]) -> None:
        await handling.take([read(record) for record in records])

    async def by_hand(records: list[Record]) -> None:
        as_read = [
            SimpleNamespace(
                topic=one.topic,
                partition=one.partition,
                offset=one.offset,
                key=one.key.encode(),
                value=one.value,
                headers=one.headers,
            )
            for one in records
        ]
        await byhand.write(connection, "by_hand", as_read)

    taken, hand, rounds = float("inf"), float("inf"), 0
    try:
        while rounds < ROUNDS and not (EVENTS / taken >= REPLAY / SLACK and hand / taken >= GOAL / SLACK):
            rounds += 1
            taken = min(taken, await _seconds(ours, _records()))
            hand = min(hand, await _seconds(by_hand, _records()))
    finally:
        await connection.close()
    assert EVENTS / taken >= REPLAY / SLACK
    assert hand / taken >= GOAL / SLACK
