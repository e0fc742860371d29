"""The steps of a small file that are done in one transaction, and what becomes of a step that fails there."""

import asyncio
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.receipts.receipt import Phase, Receipt, ReceiptState
from libs.shared.imports.worker.claims import Step
from libs.shared.imports.worker.process import Processor
from libs.shared.imports.worker.work import MAX_TRIES
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DaysHandler, cpr, day_file, day_lines
from tests.integration.libs.shared.imports.test_tries import Hanging, begun, die_at_work

FILE = day_file(day_lines(100))


class Failing(DaysHandler):
    """Fails while it writes, ``times`` times."""

    def __init__(self, times: int) -> None:
        self.left, self.begun = times, 0

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[Batch]) -> None:
        await super().write(session, batch, judged)
        self.begun += 1
        if self.left:
            self.left -= 1
            raise ValueError


class Mapping(DeclarativeBase):
    """The mapped classes of this test."""


class Day(Mapping):
    """A row of the bench's table, as an object of the session."""

    __tablename__ = "day"
    municipality_code: Mapped[str]
    pupil: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column("date", primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int | None]


class LeavesAnObject(DaysHandler):
    """Fails once, with an object in the session that PostgreSQL refuses: it has no number of days."""

    def __init__(self) -> None:
        self.begun = 0

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[Batch]) -> None:
        await super().write(session, batch, judged)
        self.begun += 1
        if self.begun == 1:
            session.add(Day(municipality_code="101", pupil="nobody", day=date(2022, 9, 1), category="illness"))
            await session.flush()


async def known(bench: Bench) -> Bench:
    """The bench with the file's pupils, whose worker takes small files together."""
    await bench.know(*map(cpr, range(10)))
    bench.together_bytes = len(FILE)
    return bench


async def test_a_small_file_is_done_with_one_claim(bench: Bench) -> None:
    await known(bench)
    sent = await bench.send(FILE)
    assert await bench.worker.work_once()
    receipt = await bench.receipt(sent.id)
    assert (receipt.state, receipt.phase, counts(receipt)) == (ReceiptState.COMPLETED, None, (100, 100, 0, 0, 0))
    assert (await bench.days(), await begun(bench, sent)) == (100, 0)


async def test_a_larger_file_is_done_step_by_step(bench: Bench) -> None:
    await known(bench)
    bench.together_bytes = len(FILE) // 2
    sent = await bench.send(FILE)
    assert await bench.worker.work_once()
    assert (await bench.receipt(sent.id)).state is ReceiptState.WORKING
    await bench.work()
    assert counts(await bench.receipt(sent.id)) == (100, 100, 0, 0, 0)


async def test_a_step_that_fails_is_begun_again_by_itself_and_what_was_done_before_stays(
    bench: Bench, monkeypatch: Any
) -> None:
    await known(bench)
    sent = await bench.send(FILE)
    bench.handler = handler = Failing(1)
    carry_out = Processor.carry_out
    phases: list[Phase] = []

    async def noted(self: Processor, session: WriteSession, receipt: Receipt, step: Step) -> None:
        phases.append(step[0])
        await carry_out(self, session, receipt, step)

    monkeypatch.setattr(Processor, "carry_out", noted)
    await bench.work()
    receipt = await bench.receipt(sent.id)
    assert counts(receipt) == (100, 100, 0, 0, 0)
    assert phases.count(Phase.STAGING) == receipt.chunks
    assert phases.count(Phase.APPLYING) == handler.begun == receipt.slices + 1


async def test_a_step_whose_object_is_refused_by_the_database_leaves_the_steps_before_it_as_they_are(
    bench: Bench,
) -> None:
    await known(bench)
    sent = await bench.send(FILE)
    bench.handler = LeavesAnObject()
    await bench.work()
    assert counts(await bench.receipt(sent.id)) == (100, 100, 0, 0, 0)
    assert (await bench.days(), (await bench.receipt(sent.id)).attempts) == (100, 0)


async def test_a_step_that_always_fails_is_counted_and_the_file_is_given_up(bench: Bench) -> None:
    await known(bench)
    sent = await bench.send(FILE)
    bench.handler = handler = Failing(100)
    for _ in range(MAX_TRIES + 2):
        await bench.work()
        bench.clock.forward(seconds=61)
    receipt = await bench.receipt(sent.id)
    assert (receipt.state, receipt.error, await bench.days()) == (ReceiptState.FAILED, "import.failed", 0)
    assert handler.begun == MAX_TRIES + 1  # once together with the steps before it


async def test_a_file_whose_worker_dies_again_and_again_is_given_up_and_the_next_one_is_done(bench: Bench) -> None:
    await known(bench)
    sent = await bench.send(FILE)
    bench.clock.forward(seconds=1)
    behind = await bench.send(FILE, "behind")
    handler, deaths = Hanging(), 0
    # A crash is counted for the step whose claim was committed; that step is done by itself the next time.
    while await begun(bench, sent) < MAX_TRIES:
        await die_at_work(bench, handler)
        deaths += 1
        assert deaths < 3 * MAX_TRIES
    bench.handler = DaysHandler()
    await bench.work()
    failed = await bench.receipt(sent.id)
    assert (failed.state, failed.error, failed.written) == (ReceiptState.FAILED, "import.failed", False)
    assert counts(await bench.receipt(behind.id)) == (100, 100, 0, 0, 0)


async def test_it_does_not_wait_for_a_receipt_that_somebody_has_locked(bench: Bench, monkeypatch: Any) -> None:
    await known(bench)
    sent = await bench.send(FILE)
    lock = text("SELECT 1 FROM import_receipt WHERE id = :id FOR NO KEY UPDATE")
    do = Processor.do
    phases: list[Phase] = []

    async with bench.db.write(Scope.of("101")) as other:

        async def locked(self: Processor, session: WriteSession, claim: Any) -> None:
            await do(self, session, claim)
            phases.append(claim.phase)
            await other.execute(lock, {"id": sent.id})

        monkeypatch.setattr(Processor, "do", locked)
        async with asyncio.timeout(30):  # less than a statement waits for a lock
            assert await bench.worker.work_once()
    assert phases == [Phase.STAGING]
    monkeypatch.setattr(Processor, "do", do)
    await bench.work()
    assert counts(await bench.receipt(sent.id)) == (100, 100, 0, 0, 0)
