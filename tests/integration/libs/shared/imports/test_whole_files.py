"""A file is settled as a whole: its cuts and the order of its rows do not matter, and a validation delays nobody."""

import asyncio
import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, ReceiptState
from tests.factories.batches import subset
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DAYS, DaysHandler, cpr, day_file, day_lines

OURS = Scope.of("101")


class OneADay(DaysHandler):
    """A pupil has at most one day of absence per date in all categories, which is a rule over several rows."""

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        found = await session.execute(text("SELECT pupil, date, category, days FROM day"))
        stored = {(pupil, day, category): float(days) for pupil, day, category, days in found}
        given = list(batch.records("pupil", "date", "category", "days"))
        before = dict(stored)
        places = sorted(range(len(given)), key=lambda i: self._raises(before, given[i]))
        refused = []
        for place in places:
            key, day, category, days = given[place]
            said = {**stored, (key.value, day, category): float(days)}
            if sum(days for (pupil, on, _), days in said.items() if (pupil, on) == (key.value, day)) > 1:
                refused.append(place)
            else:
                stored = said
        rest = subset(batch, [i for i in range(len(given)) if i not in set(refused)])
        changed = sum(stored[key] != before.get(key) for key in stored)
        return Judged(
            BatchResult(
                accepted=changed,
                unchanged=len(rest) - changed,
                refused=[Refusal(i, "days.invalid", "days") for i in refused],
            ),
            rest,
        )

    @staticmethod
    def _raises(stored: dict[tuple[str, date, str], float], row: tuple[object, ...]) -> bool:
        key, day, category, days = row
        return float(days) > stored.get((key.value, day, category), 0)  # type: ignore[arg-type,attr-defined]


def moves(pupils: int) -> list[str]:
    """For each pupil a day that moves from one category to another; the withdrawals come last in the file."""
    numbers = list(map(cpr, range(pupils)))
    return [
        *(f"{number};2022-09-30;authorised;1" for number in numbers),
        *(f"{number};2022-09-30;illness;0" for number in numbers),
    ]


@pytest.mark.parametrize("atomic", list(Atomic))
@pytest.mark.parametrize(("chunk_bytes", "slice_rows"), [(200, 7), (900, 40), (10**6, 1), (10**6, 1000)])
async def test_a_day_that_moves_between_the_ends_of_a_file_moves_wherever_it_is_cut(
    bench: Bench, atomic: Atomic, chunk_bytes: int, slice_rows: int
) -> None:
    bench.handler = OneADay()
    await bench.done(day_file([f"{cpr(n)};2022-09-30;illness;1" for n in range(30)]), "before")
    bench.chunk_bytes = chunk_bytes
    bench.kind = replace(DAYS, slice_rows=slice_rows)
    lines = moves(30)
    random.Random(chunk_bytes).shuffle(lines)  # noqa: S311 - any order
    receipt = await bench.done(day_file(lines), "moves", atomic=atomic)
    assert (receipt.state, counts(receipt)) == (ReceiptState.COMPLETED, (60, 60, 0, 0, 0))
    async with bench.db.read(OURS) as session:
        found = await session.execute(text("SELECT category, sum(days), count(*) FROM day GROUP BY 1 ORDER BY 1"))
        assert [tuple(row) for row in found] == [("authorised", 30, 30), ("illness", 0, 30)]


@pytest.mark.parametrize(("chunk_bytes", "slice_rows"), [(1_500, 20), (10**6, 1000)])
async def test_of_rows_with_one_key_the_first_counts_wherever_they_stand(
    bench: Bench, chunk_bytes: int, slice_rows: int
) -> None:
    await bench.know(*map(cpr, range(10)))
    bench.chunk_bytes, bench.kind = chunk_bytes, replace(DAYS, slice_rows=slice_rows)
    lines = day_lines(100)
    again = [f"{line[:-1]}0" for line in reversed(lines)]
    receipt = await bench.done(day_file([*lines, *again, *lines]))
    assert counts(receipt) == (300, 100, 0, 0, 200)
    assert [row for row, _ in await bench.refused(receipt)] == list(range(101, 301))
    async with bench.db.read(OURS) as session:
        assert (await session.execute(text("SELECT sum(days) FROM day"))).scalar_one() == 100


async def held(session: WriteSession) -> None:
    """Lock the pupils' rows with a short lock timeout, like an event's handler."""
    await session.execute(text("SET LOCAL lock_timeout = '250ms'"))
    await session.execute(text("SELECT 1 FROM known_pupil ORDER BY key_value FOR UPDATE"))


class Standing(DaysHandler):
    """Pauses while it judges, until ``go_on``."""

    def __init__(self) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        judged = await super().judge(session, batch)
        self.reached.set()
        await self.go_on.wait()
        return judged


async def with_an_event_in_between(bench: Bench, **changed: Any) -> Receipt:
    """The receipt of a file; while it was judged and to its end, an event held the locks of its pupils."""
    await bench.know(*map(cpr, range(10)))
    handler = bench.handler = Standing()
    sent = await bench.send(day_file([*day_lines(300), f"{cpr(11)};2022-09-30;illness;1"]), **changed)
    working = asyncio.create_task(bench.work())
    async with asyncio.timeout(60):
        await handler.reached.wait()
        async with bench.db.write(OURS) as session:
            await held(session)
            handler.go_on.set()
            await working
    return await bench.receipt(sent.id)


async def test_a_validation_holds_up_no_event_and_waits_for_none(bench: Bench) -> None:
    receipt = await with_an_event_in_between(bench, mode=Mode.VALIDATE)
    assert (receipt.state, counts(receipt)) == (ReceiptState.COMPLETED, (301, 300, 0, 1, 0))


async def test_a_whole_file_holds_up_no_event_while_it_is_judged(bench: Bench) -> None:
    """The file is rejected because a row would wait, so it never takes its locks."""
    receipt = await with_an_event_in_between(bench, atomic=Atomic.FILE)
    assert (receipt.state, counts(receipt)) == (ReceiptState.REJECTED, (301, 300, 0, 0, 1))


@pytest.mark.parametrize("which", ["min", "max"], ids=["of the first slice", "of the last slice"])
async def test_a_whole_file_is_judged_again_under_its_locks_and_rejected_for_what_changed(
    bench: Bench, which: str
) -> None:
    """Slices are written one after another, so those before a refused row are rolled back."""
    await bench.know(*map(cpr, range(10)))

    class Forgetting(DaysHandler):
        """Deletes a pupil between the first judgement and the locks."""

        async def lock(self, session: WriteSession, batch: Batch) -> None:
            gone = f"(SELECT {which}(key_value) FROM known_pupil)"
            await session.execute(text(f"DELETE FROM known_pupil WHERE key_value = {gone}"))
            await super().lock(session, batch)

    bench.handler = Forgetting()
    receipt = await bench.done(day_file(day_lines(300)), atomic=Atomic.FILE)
    assert (receipt.state, receipt.written) == (ReceiptState.REJECTED, False)
    assert receipt.refused_by_code == {"row.would_wait": 30}
    assert (counts(receipt)[0], await bench.days()) == (300, 0)


async def test_a_whole_file_takes_all_its_locks_at_once_and_in_order(bench: Bench) -> None:
    """Taking locks slice by slice could deadlock with others."""
    await bench.know(*map(cpr, range(40)))
    asked: list[int] = []

    class Counting(DaysHandler):
        async def lock(self, session: WriteSession, batch: Batch) -> None:
            asked.append(len(batch))
            assert set(batch.columns) == {"pupil"}
            await super().lock(session, batch)

    bench.handler = Counting()
    receipt = await bench.done(day_file(day_lines(400, pupils=40)), atomic=Atomic.FILE)
    assert (receipt.state, asked) == (ReceiptState.COMPLETED, [400])
    assert await bench.days() == 400


async def test_a_file_and_events_that_take_the_same_pupils_never_end_in_a_deadlock(bench: Bench) -> None:
    await bench.know(*map(cpr, range(100)))
    bench.kind = replace(DAYS, parallel=True, slice_rows=60)
    stop = asyncio.Event()

    async def events() -> int:
        taken = 0
        while not stop.is_set():
            async with bench.db.write(OURS) as session:
                await session.execute(text("SELECT 1 FROM known_pupil ORDER BY key_value FOR UPDATE"))
            taken += 1
        return taken

    for atomic in Atomic:
        stop.clear()
        coming = asyncio.create_task(events())
        async with asyncio.timeout(60):
            receipt = await bench.done(day_file(day_lines(1_200, pupils=100)), atomic.value, atomic=atomic)
            stop.set()
            assert await coming > 0
        assert (receipt.state, receipt.rows, receipt.refused) == (ReceiptState.COMPLETED, 1_200, 0)
        assert receipt.attempts == 0
