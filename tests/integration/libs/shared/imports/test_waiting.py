"""Waiting rows: one per fact, replayed in slices outside the event's transaction, and ended with a reported reason."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Batch, Judged, Waiting, WaitingReason
from libs.shared.imports.parked import PARKED_DAYS, Patience
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DAYS, cpr, day_file, day_lines
from tests.factories.waiting import (
    NOT_PLACED,
    Placing,
    arrive,
    keys_of,
    note,
    now_waiting,
    parking,
    pupil_of,
    replay,
    replayer,
)

FILE = day_file(day_lines(100, pupils=2))
ONE = [f"{cpr(0)};2022-09-30;illness;1"]


async def stored(bench: Bench) -> list[Decimal]:
    async with bench.db.read(Scope.of("101")) as session:
        return list((await session.execute(text("SELECT days FROM day ORDER BY date"))).scalars())


async def waiting_rows(bench: Bench) -> int:
    async with bench.db.read(Scope.of("101", "102")) as session:
        return int((await session.execute(text("SELECT count(*) FROM parked_row"))).scalar_one())


async def test_rows_are_played_when_their_pupil_comes_and_the_receipt_keeps_its_counts(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    assert counts(receipt) == (100, 0, 0, 100, 0)
    await arrive(bench, cpr(0))
    assert await bench.days() == 0, "not in the event's own transaction"
    await replay(bench)
    after = await bench.receipt(receipt.id)
    assert counts(after) == counts(receipt)
    assert (after.parked_now, await bench.days()) == (50, 50)
    await arrive(bench, cpr(1))
    await replay(bench)
    assert (await now_waiting(bench, receipt), await bench.days()) == (0, 100)


async def test_a_file_sent_every_night_waits_once_and_on_its_newest_receipt(bench: Bench) -> None:
    receipts = []
    for night in range(5):
        bench.clock.forward(days=1)
        receipts.append(await bench.done(FILE, f"night-{night}"))
    assert await waiting_rows(bench) == 100
    assert [await now_waiting(bench, each) for each in receipts] == [0, 0, 0, 0, 100]
    assert [each.parked for each in receipts] == [100] * 5


async def test_a_newer_row_takes_the_place_of_an_older_one_and_an_older_one_never_that_of_a_newer(
    bench: Bench,
) -> None:
    await bench.done(day_file(ONE), "first")
    bench.clock.forward(seconds=1)
    newer = await bench.done(day_file([f"{cpr(0)};2022-09-30;illness;0,5"]), "second")
    (key,) = keys_of(bench, cpr(0))
    columns: dict[str, Sequence[Any]] = {name: [None] for name in DAYS.names} | {
        "pupil": [key],
        "date": [date(2022, 9, 30)],
        "category": ["illness"],
        "days": [Decimal(1)],
    }
    older = Batch("days", "101", newer.id, bench.clock() - timedelta(hours=1), [7], columns)
    async with bench.db.write(Scope.of("101")) as session:
        await parking(bench).keep(session, DAYS, older, [Waiting(0, WaitingReason.UNKNOWN_PUPIL)])
    assert (await waiting_rows(bench), await now_waiting(bench, newer)) == (1, 1)
    await arrive(bench, cpr(0))
    await replay(bench)
    assert await stored(bench) == [Decimal("0.5")]


async def test_rows_of_several_files_are_played_in_the_order_the_files_came(bench: Bench) -> None:
    bench.handler = handler = Placing()
    for day in (3, 1, 2):
        bench.clock.forward(seconds=1)
        await bench.done(day_file([f"{cpr(0)};2022-09-0{day};illness;1"]), f"day-{day}")
    await arrive(bench, cpr(0))
    handler.batches.clear()
    await replay(bench)
    assert [batch.columns["date"][0].day for batch in handler.batches] == [3, 1, 2]
    assert [batch.replay for batch in handler.batches] == [True] * 3


async def test_a_large_arrival_is_played_in_bounded_slices_each_in_a_transaction_of_its_own(bench: Bench) -> None:
    class Noting(Placing):
        transactions: set[int]

        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            if batch.replay:
                sizes.append(len(batch))
                found = await session.execute(text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)"))
                transactions.add(found.scalar_one())
            return await super().judge(session, batch)

    sizes: list[int] = []
    transactions: set[int] = set()
    await bench.done(day_file(day_lines(200, pupils=10)))
    await arrive(bench, *(cpr(n) for n in range(10)))
    bench.handler = Noting()
    await replay(bench, rows_at_once=30)
    assert await bench.days() == 200
    assert max(sizes) == 30
    assert len(transactions) == len(sizes) >= 7


async def test_municipalities_take_turns(bench: Bench) -> None:
    bench.handler = handler = Placing()
    for code, pupils in (("101", 5), ("102", 1)):
        await bench.done(day_file(day_lines(50 * pupils, pupils=pupils)), code=code)
        await arrive(bench, *(cpr(n) for n in range(pupils)), code=code)
    handler.batches.clear()
    player = replayer(bench, rows_at_once=25)
    for _ in range(4):
        assert await player.step()
    assert [batch.municipality_code for batch in handler.batches] == ["101", "102", "101", "102"]


async def test_a_row_refused_when_it_is_played_is_listed_and_counted_apart(bench: Bench) -> None:
    bench.handler = Placing(days=set())
    receipt = await bench.done(FILE)
    await arrive(bench, cpr(0))
    await replay(bench)
    assert await now_waiting(bench, receipt) == 100, "the pupil is known now and is not placed yet"
    bench.clock.forward(days=1, seconds=1)
    await replay(bench)
    after = await bench.receipt(receipt.id)
    assert (after.refused, after.refused_later, after.parked_now) == (0, 50, 50)
    assert {code for _, code in await bench.refused(receipt)} == {NOT_PLACED}, "the handler's own reason"
    assert (await bench.refused_csv(receipt)).count("\n") == 1  # their text was never kept


async def test_a_row_about_a_known_pupil_waits_a_day_for_the_pupils_place_and_is_taken_when_it_is_told(
    bench: Bench,
) -> None:
    bench.handler = handler = Placing(days=set())
    await bench.know(cpr(0))
    receipt = await bench.done(day_file(ONE))
    assert counts(receipt) == (1, 0, 0, 1, 0)
    handler.days = None
    await note(bench, cpr(0))
    await replay(bench)
    assert (await now_waiting(bench, receipt), await stored(bench)) == (0, [Decimal(1)])


async def test_sending_a_row_again_does_not_begin_its_time_again(bench: Bench) -> None:
    bench.handler = Placing(days=set())
    await bench.know(cpr(0))
    await bench.done(day_file(ONE), "first")
    bench.clock.forward(hours=23)
    receipt = await bench.done(day_file(ONE), "second")
    await replay(bench)
    assert await now_waiting(bench, receipt) == 1
    bench.clock.forward(hours=2)
    await replay(bench)
    after = await bench.receipt(receipt.id)
    assert (after.parked_now, after.refused_later) == (0, 1)


async def test_a_row_whose_pupil_comes_late_gets_its_day_from_then_on(bench: Bench) -> None:
    bench.handler = Placing(days=set())
    receipt = await bench.done(day_file(ONE))
    bench.clock.forward(days=30)
    await arrive(bench, cpr(0))
    await replay(bench)
    bench.clock.forward(hours=23)
    await replay(bench)
    assert await now_waiting(bench, receipt) == 1
    bench.clock.forward(hours=2)
    await replay(bench)
    assert (await bench.receipt(receipt.id)).refused_later == 1


async def test_a_row_waits_ninety_days_for_its_pupil_and_is_then_refused_where_its_receipt_shows_it(
    bench: Bench,
) -> None:
    receipt = await bench.done(FILE)
    bench.clock.forward(days=89)
    await note(bench, cpr(0))
    await replay(bench)
    assert await now_waiting(bench, receipt) == 100
    bench.clock.forward(days=1, seconds=1)
    await replay(bench)
    after = await bench.receipt(receipt.id)
    assert (counts(after), after.parked_now, after.refused_later) == (counts(receipt), 0, 100)
    assert {code for _, code in await bench.refused(receipt)} == {"row.parked_too_long"}
    await arrive(bench, cpr(0))
    await replay(bench)
    assert await bench.days() == 0


async def test_a_file_sent_after_a_reached_position_waits_for_no_pupils_place(bench: Bench) -> None:
    bench.handler = Placing(days=set())
    await bench.know(cpr(0))
    file = day_file([*ONE, f"{cpr(1)};2022-09-30;illness;1"])
    receipt = await bench.done(file, after="p1.W10")
    assert counts(receipt) == (2, 0, 0, 1, 1)
    assert await bench.refused(receipt) == [(1, NOT_PLACED)]


async def test_a_row_that_is_sent_again_and_waits_for_something_else_keeps_its_last_day(bench: Bench) -> None:
    """A row is kept for at most ninety days, however often it is sent and whatever it waits for."""
    await bench.done(day_file(ONE))
    (key,) = keys_of(bench, cpr(0))
    began = bench.clock()
    columns: dict[str, Sequence[Any]] = {name: [None] for name in DAYS.names} | {
        "pupil": [key],
        "date": [date(2022, 9, 30)],
        "category": ["illness"],
        "days": [Decimal(1)],
    }
    for reason in (WaitingReason.NOT_PLACED, WaitingReason.UNKNOWN_PUPIL):
        bench.clock.forward(hours=20)
        receipt = await bench.send(FILE, f"as {reason.value}")
        again = Batch("days", "101", receipt.id, bench.clock(), [7], columns)
        async with bench.db.write(Scope.of("101")) as session:
            await parking(bench).keep(session, DAYS, again, [Waiting(0, reason, pupil_of(key))])
    async with bench.db.read(Scope.of("101")) as session:
        until = (await session.execute(text("SELECT until FROM parked_row"))).scalar_one()
    assert until == began + timedelta(days=PARKED_DAYS)


def test_patience_has_an_end_whatever_a_row_waits_for() -> None:
    patience = Patience(timedelta(hours=2))
    since = datetime(2023, 1, 1, tzinfo=UTC)
    end = since + timedelta(days=90)
    for now in (since, since + timedelta(days=50), since + timedelta(days=89, hours=23)):
        assert patience.until(WaitingReason.UNKNOWN_PUPIL, now, since) == end
        assert patience.until(WaitingReason.IDENTITY, now, since) == end
        assert patience.until(WaitingReason.NOT_PLACED, now, since) == min(now + timedelta(hours=2), end)
