"""Parked rows: replayed by themselves, once, in order, and never missed between two transactions."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from libs.shared.imports.columns import Key
from libs.shared.imports.housekeeping import sweep
from libs.shared.imports.parked import Replayed, replay
from libs.shared.privacy.identifiers import IdentifierKind
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DaysHandler, cpr, day_file, day_lines

FILE = day_file(day_lines(100, pupils=2))


def keys_of(bench: Bench, *numbers: str) -> list[Key]:
    cpr_number = IdentifierKind.CPR_NUMBER
    return [Key(cpr_number.value, *found) for n in numbers for found in bench.keys.all_values(cpr_number, n, "101")]


async def arrive(bench: Bench, *numbers: str) -> Replayed:
    """A pupil event's handler: the pupil first, then its parked rows."""
    async with bench.db.write(Scope.of("101")) as session:
        await write_pupils(session, keys_of(bench, *numbers))
        return await replay(session, bench.kinds, "101", keys_of(bench, *numbers), bench.clock)


async def write_pupils(session: WriteSession, keys: Sequence[Key]) -> None:
    for key in keys:
        await session.execute(
            text("INSERT INTO known_pupil VALUES ('101', :value, :key_id)"), {"value": key.value, "key_id": key.key_id}
        )


async def test_parked_rows_are_played_again_when_their_pupil_comes_and_the_receipt_keeps_its_counts(
    bench: Bench,
) -> None:
    receipt = await bench.done(FILE)
    assert counts(receipt) == (100, 0, 0, 100, 0)
    assert await arrive(bench, cpr(0)) == Replayed(accepted=50)
    after = await bench.receipt(receipt.id)
    assert counts(after) == counts(receipt)
    assert (after.parked_now, await bench.days()) == (50, 50)
    assert await arrive(bench, cpr(1)) == Replayed(accepted=50)
    assert (await bench.receipt(receipt.id)).parked_now == 0


async def test_a_second_arrival_plays_nothing_again(bench: Bench) -> None:
    await bench.done(FILE)
    await arrive(bench, cpr(0))
    async with bench.db.write(Scope.of("101")) as session:
        assert await replay(session, bench.kinds, "101", keys_of(bench, cpr(0)), bench.clock) == Replayed()


async def test_two_files_about_one_pupil_are_played_in_the_order_they_came(bench: Bench) -> None:
    await bench.done(day_file([f"{cpr(0)};2022-09-30;illness;1"]), "first")
    bench.clock.forward(seconds=1)
    await bench.done(day_file([f"{cpr(0)};2022-09-30;illness;0,5"]), "second")
    assert await arrive(bench, cpr(0)) == Replayed(accepted=2)
    async with bench.db.read(Scope.of("101")) as session:
        assert str((await session.execute(text("SELECT days FROM day"))).scalar_one()) == "0.5"


async def test_a_row_refused_when_its_pupil_comes_is_listed_and_counted_apart(bench: Bench) -> None:
    receipt = await bench.done(FILE)

    class Refuses(DaysHandler):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged:
            refused = [Refusal(i, "days.invalid", "days") for i in range(len(batch))]
            return Judged(BatchResult(refused=refused), batch.subset([]))

    bench.handler = Refuses()
    assert await arrive(bench, cpr(0)) == Replayed(refused=50)
    after = await bench.receipt(receipt.id)
    assert (after.refused, after.refused_later, after.parked_now) == (0, 50, 50)
    assert len(await bench.refused(receipt)) == 50
    assert (await bench.refused_csv(receipt)).count("\n") == 1  # their text was never kept


async def test_rows_still_without_a_pupil_stay_parked(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    async with bench.db.write(Scope.of("101")) as session:
        played = await replay(session, bench.kinds, "101", keys_of(bench, cpr(0)), bench.clock)
    assert played == Replayed(still_parked=50)
    assert (await bench.receipt(receipt.id)).parked_now == 100


async def test_a_pupil_that_comes_while_its_rows_are_being_parked_is_not_missed(bench: Bench) -> None:
    """The import has looked the pupil up and not committed; the arrival must wait for it, or be seen by it."""
    looked, go_on = asyncio.Event(), asyncio.Event()

    class Slow(DaysHandler):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged:
            judged = await super().judge(session, batch)
            if not batch.replay:
                looked.set()
                await go_on.wait()
            return judged

    bench.handler = Slow()
    sent = await bench.send(FILE)
    importing = asyncio.create_task(bench.work())
    async with asyncio.timeout(30):
        await looked.wait()
        arriving = asyncio.create_task(arrive(bench, cpr(0), cpr(1)))
        await asyncio.sleep(0.3)
        go_on.set()
        await importing
        await arriving
    assert ((await bench.receipt(sent.id)).parked_now, await bench.days()) == (0, 100)


async def test_an_arrival_between_second_look_and_commit_waits_and_then_plays_the_rows(bench: Bench) -> None:
    calls, waiting, go_on = 0, asyncio.Event(), asyncio.Event()

    class SlowSecond(DaysHandler):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged:
            nonlocal calls
            judged = await super().judge(session, batch)
            calls += not batch.replay
            if calls == 2 and not batch.replay:  # the second look, under the lock
                waiting.set()
                await go_on.wait()
            return judged

    bench.handler = SlowSecond()
    bench.chunk_bytes = 10**6
    sent = await bench.send(FILE)
    importing = asyncio.create_task(bench.work())
    async with asyncio.timeout(30):
        await waiting.wait()
        arriving = asyncio.create_task(arrive(bench, cpr(0), cpr(1)))
        await asyncio.sleep(0.3)
        assert not arriving.done()
        go_on.set()
        await importing
        assert await arriving == Replayed(accepted=100)
    assert ((await bench.receipt(sent.id)).parked_now, await bench.days()) == (0, 100)


async def test_a_row_is_parked_for_ninety_days_and_then_refused_where_its_receipt_shows_it(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    for days, left in ((89, 100), (91, 0)):
        async with bench.db.write(Scope(access=Access.OPERATOR)) as session:
            swept = await sweep(session, bench.clock() + timedelta(days=days))
        assert swept.parked_rows == 100 - left
        assert (await bench.receipt(receipt.id)).parked_now == left
    after = await bench.receipt(receipt.id)
    assert (counts(after), after.refused_later) == (counts(receipt), 100)
    assert [code for _, code in await bench.refused(receipt)] == ["row.parked_too_long"] * 100
    assert await arrive(bench, cpr(0)) == Replayed()


async def test_a_row_that_is_played_and_stays_parked_does_not_begin_its_time_again(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    bench.clock.forward(seconds=80 * 86400)
    async with bench.db.write(Scope.of("101")) as session:
        await replay(session, bench.kinds, "101", keys_of(bench, cpr(0)), bench.clock)
    async with bench.db.write(Scope(access=Access.OPERATOR)) as session:
        await sweep(session, bench.clock() + timedelta(days=11))
    assert (await bench.receipt(receipt.id)).parked_now == 0


async def test_a_pupil_that_comes_while_its_rows_are_being_given_up_gets_them_or_they_are_refused(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    async with bench.db.write(Scope(access=Access.OPERATOR)) as session:
        await sweep(session, bench.clock() + timedelta(days=91))
        arriving = asyncio.create_task(arrive(bench, cpr(0)))
        await asyncio.sleep(0.3)
    assert await arriving == Replayed()
    after = await bench.receipt(receipt.id)
    assert (after.parked_now, after.refused_later) == (0, 100)
