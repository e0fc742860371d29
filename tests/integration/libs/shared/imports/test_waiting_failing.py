"""Waiting rows that cannot be replayed: a failure affects its own row only, and delays no other."""

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.parked.replaying import TRIES, _Delay
from tests.factories.import_bench import Bench
from tests.factories.imported import cpr, day_file, day_lines
from tests.factories.waiting import Placing, arrive, keys_of, now_waiting, replay, replayer

ONE = [f"{cpr(0)};2022-09-30;illness;1"]


async def test_what_fails_stays_with_its_row_and_holds_up_nobody(bench: Bench) -> None:
    poisoned = cpr(1)

    class Failing(Placing):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            if batch.replay and {key.value for key in keys_of(bench, poisoned)} & {
                key.value for key in batch.columns["pupil"]
            }:
                raise RuntimeError("a row that cannot be judged")
            return await super().judge(session, batch)

    first = await bench.done(day_file(day_lines(40, pupils=4)))
    await bench.done(day_file(day_lines(4, pupils=4)), code="102")
    for code in ("101", "102"):
        await arrive(bench, *(cpr(n) for n in range(4)), code=code)
    bench.handler = Failing()
    await replay(bench)
    assert (await bench.days("101"), await bench.days("102")) == (30, 3)
    assert await now_waiting(bench, first) == 10, "they are left alone until something new or their end"
    bench.clock.forward(days=91)
    await replay(bench)
    after = await bench.receipt(first.id)
    assert (after.parked_now, after.refused_later) == (0, 10)
    assert {code for _, code in await bench.refused(after)} == {"row.wait_ended"}
    bench.handler = Placing()
    await arrive(bench, poisoned)
    await replay(bench)
    assert await bench.days("101") == 30


async def test_a_row_is_not_left_alone_for_what_another_row_failed_by(bench: Bench) -> None:
    """A row of an older file becomes due just when another row would be given up."""

    class Failing(Placing):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            if batch.replay and keys_of(bench, cpr(1))[0] in batch.columns["pupil"]:
                raise RuntimeError("a row that cannot be judged")
            return await super().judge(session, batch)

    older = await bench.done(day_file(ONE))
    bench.clock.forward(seconds=1)
    newer = await bench.done(day_file([f"{cpr(1)};2022-09-30;illness;1"]), "newer")
    player = replayer(bench, rows_at_once=1)
    while await player.step():
        pass
    bench.handler = Failing()
    player.kinds = bench.kinds
    await arrive(bench, cpr(1))
    for _ in range(TRIES):
        assert await player.step()
    await arrive(bench, cpr(0))
    while await player.step():
        pass
    assert await bench.days() == 1
    assert (await now_waiting(bench, older), await now_waiting(bench, newer)) == (0, 1)


async def test_a_municipality_whose_rows_fail_for_days_never_stops_another(bench: Bench) -> None:
    class Away(Placing):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            if batch.replay and batch.municipality_code == "101":
                raise ConnectionResetError
            return await super().judge(session, batch)

    for code in ("101", "102"):
        await bench.done(day_file(ONE), code=code)
        await arrive(bench, cpr(0), code=code)
    bench.handler = Away()
    player = replayer(bench)
    player._delays["101"] = _Delay(1, failures=2_000)  # a day and a half of failures
    while await player.step():
        pass
    assert (await bench.days("101"), await bench.days("102")) == (0, 1)
    assert player._delays["101"].until - player.monotonic() <= 60
