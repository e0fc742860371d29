"""The database server crashes: unlogged tables are then empty, and are filled again from the file's chunks."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from deploy.embedded.postgres import EmbeddedPostgres
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, ReceiptState
from tests.factories.import_bench import Bench, bench_tables, counts
from tests.factories.imported import DAYS, DaysHandler, cpr, day_file, day_lines
from tests.realparts.databases import own_database
from tests.realparts.postgres import reachable_folder

OURS = Scope.of("101")
LINES = day_lines(300)


@pytest.fixture(scope="module")
def crashing_server() -> Iterator[str]:
    """The superuser's DSN of a server for these tests alone, which keeps what was committed."""
    with reachable_folder() as folder, EmbeddedPostgres(folder / "home", settings={"fsync": "off"}) as server:
        yield server.superuser_dsn().partition("?")[0]


@pytest.fixture
async def bench(crashing_server: str) -> AsyncIterator[Bench]:
    own = await own_database(crashing_server, bench_tables)
    yield Bench(own)
    await own.db.close()


async def crash(db: Database) -> None:
    """Kill a server process: the server then ends all others and recovers."""
    with suppress(Exception):  # the connection ends with the process, with various errors
        async with db.write(OURS) as session:
            process = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            os.kill(process, signal.SIGKILL)
            await session.execute(text("SELECT 1"))
    async with asyncio.timeout(60):
        while True:
            try:
                await db.check()
            except Exception:
                await asyncio.sleep(0.1)
            else:
                return


class Crashing(DaysHandler):
    """The server crashes after ``after`` slices have been judged."""

    def __init__(self, bench: Bench, after: int) -> None:
        self.bench, self.left = bench, after

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        if self.left == 0:
            await crash(self.bench.db)
        self.left -= 1
        return await super().judge(session, batch)


async def worked(bench: Bench, sent: Receipt) -> Receipt:
    """Work until the receipt is final, also through lost connections and waiting times; returns it."""
    async with asyncio.timeout(90):
        while True:
            with suppress(Exception):
                await bench.work()
                receipt = await bench.receipt(sent.id)
                if receipt.final:
                    return receipt
            bench.clock.forward(seconds=61)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    "how",
    [{}, {"mode": Mode.VALIDATE}, {"atomic": Atomic.FILE}],
    ids=["row", "validate", "file"],
)
async def test_a_crash_in_the_midst_of_a_file_changes_neither_its_counts_nor_what_is_written(
    bench: Bench, how: dict[str, Any]
) -> None:
    await bench.know(*map(cpr, range(10)))
    bad = [] if "atomic" in how else [f"{cpr(1)};2022-02-30;illness;1", LINES[3], f"{cpr(2)};2022-09-30;illness;3"]
    bench.handler = Crashing(bench, after=3)
    sent = await bench.send(day_file([*LINES, *bad]), **how)
    receipt = await worked(bench, sent)
    assert receipt.state is ReceiptState.COMPLETED
    assert receipt.staging > 1
    assert counts(receipt) == (300 + len(bad), 300, 0, 0, len(bad))
    if bad:
        assert [row for row, _ in await bench.refused(receipt)] == [301, 302, 303]
        assert (await bench.refused_csv(receipt)).count("\n") == 4
    assert await bench.days() == (0 if how.get("mode") else 300)


async def test_a_crash_while_a_file_is_staged_loses_none_of_its_rows(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    bench.chunk_bytes = 500
    sent = await bench.send(day_file(LINES))
    worker = bench.worker
    while (await bench.receipt(sent.id)).chunks_done < 5:
        await worker.work_once()
    await crash(bench.db)
    receipt = await worked(bench, sent)
    assert (receipt.state, receipt.staging) == (ReceiptState.COMPLETED, 2)
    assert counts(receipt) == (300, 300, 0, 0, 0)


async def test_what_is_written_is_looked_up_once_and_not_for_every_chunk(bench: Bench) -> None:
    """The row numbers of a slice are long, so PostgreSQL stores them in a TOAST table, whose reads are counted."""
    bench.kind = replace(DAYS, slice_rows=1_000)
    bench.chunk_bytes = 1_500
    await bench.know(*map(cpr, range(1_000)))
    bench.handler = Crashing(bench, after=3)
    sent = await bench.send(day_file(day_lines(4_000, pupils=1_000)))
    assert sent.chunks > 50
    receipt = await worked(bench, sent)
    assert (receipt.staging, counts(receipt)) == (2, (4_000, 4_000, 0, 0, 0))
    assert await bench.days() == 4_000
    reads = await _reads_of_row_numbers(bench)
    assert 0 < reads < sent.chunks


async def _reads_of_row_numbers(bench: Bench) -> int:
    """The number of reads since the crash, which resets all statistics."""
    await bench.db.close()  # a connection reports its statistics when it ends
    connection = await asyncpg.connect(bench.own.admin_url)
    try:
        async with asyncio.timeout(30):
            while True:
                found = await connection.fetchval(
                    "SELECT coalesce(idx_scan, 0) + seq_scan FROM pg_stat_all_tables WHERE relid ="
                    " (SELECT reltoastrelid FROM pg_class WHERE oid = 'import_slice'::regclass)"
                )
                if found:
                    return int(found)
                await asyncio.sleep(0.1)
    finally:
        await connection.close()
