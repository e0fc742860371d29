"""The processor time of each stage of an import: a file of absence through receiver and worker in this process.

One step runs at a time, so that the processor time belongs to one stage: that of the event loop's thread and that of
PostgreSQL's processes for this database, both as the kernel counts it. Chunks are parsed in threads during the step
before, and are measured by the thread's own clock. The garbage collector is set as in the services.
"""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar
from unittest.mock import patch

import asyncpg
from sqlalchemy import make_url

from benchmarks.directory import Connection, make_known
from benchmarks.in_process import Imports
from benchmarks.municipality import Municipality
from benchmarks.places import durable_postgres, service_database
from benchmarks.report import Report
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.imports.batch import Batch, Judged, Staged
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.staging import store
from libs.shared.imports.staging.reading import Reader
from libs.shared.privacy.keys import KeyRing
from libs.shared.runtime.collector import calm_collector
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.queries import months
from services.absence_ingest.absence.use_cases import AbsenceImport, Plan

P = ParamSpec("P")
T = TypeVar("T")
STAGES = ("receive", "parse", "stage", "settle", "judge", "apply", "outbox", "rest")
"""``outbox`` writes the months and their events in one statement; ``rest`` claims work, counts and tidies up."""

WARM_UP = 1_000
STEPS = 5_000
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"


@dataclass
class Meter:
    """Processor seconds by stage: of this process and of the server. A stage inside another is not counted twice."""

    backends: list[int] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    _open: list[str] = field(default_factory=lambda: ["rest"])
    _seen: tuple[float, float] = (0.0, 0.0)

    def start(self, backends: list[int], *, receive: float) -> None:
        """Start measuring. ``backends`` are the server's processes, ``receive`` the seconds that receiving took."""
        self.backends = backends
        self.seconds.clear()
        self.seconds["receive"][0] = receive
        self._seen = self._now()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time inside the block for this stage."""
        self._note()
        self._open.append(name)
        try:
            yield
        finally:
            self._note()
            self._open.pop()

    def of(self, name: str, work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        """The same work, with its time counted for this stage."""

        async def counted(*args: P.args, **kwargs: P.kwargs) -> T:
            with self.stage(name):
                return await work(*args, **kwargs)

        return counted

    def stop(self) -> None:
        """Count the time until now."""
        self._note()

    def _note(self) -> None:
        now = self._now()
        for place in (0, 1):
            self.seconds[self._open[-1]][place] += now[place] - self._seen[place]
        self._seen = now

    def in_thread(self, work: Callable[P, T], name: str) -> Callable[P, T]:
        """The same work, which runs in a thread of its own, with its time counted for this stage."""

        def counted(*args: P.args, **kwargs: P.kwargs) -> T:
            began = time.thread_time()
            try:
                return work(*args, **kwargs)
            finally:
                self.seconds[name][0] += time.thread_time() - began

        return counted

    def _now(self) -> tuple[float, float]:
        return time.thread_time(), sum(map(_on_cpu, self.backends))


def _on_cpu(pid: int) -> float:
    """Seconds that a process has been on a processor, to the nanosecond (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


@dataclass
class Handled:
    """The handler of absence, with its time measured."""

    handler: AbsenceImport
    meter: Meter

    async def settle(self, session: WriteSession, staged: Staged) -> None:
        """See ``Settles``."""
        with self.meter.stage("settle"):
            await self.handler.settle(session, staged)

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """See ``Handler``."""
        with self.meter.stage("judge"):
            await self.handler.lock(session, batch)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Plan]:
        """See ``Handler``."""
        with self.meter.stage("judge"):
            return await self.handler.judge(session, batch)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[Plan]) -> None:
        """See ``Handler``."""
        with self.meter.stage("apply"):
            await self.handler.write(session, batch, judged)


@dataclass
class Bench:
    """The import with its time measured."""

    imports: Imports
    admin: Connection
    meter: Meter

    async def take_in(self, content: bytes) -> Receipt:
        """Send a file and work until its receipt is final, one step at a time."""
        found = [row["pid"] for row in await self.admin.fetch(_BACKENDS)]
        began = time.process_time()  # bodies are split and encrypted in threads
        receipt = await self.imports.receive(content)
        self.meter.start(found, receive=time.process_time() - began)
        worker = self.imports.worker()
        for _ in range(STEPS):
            await worker.work_once()
            receipt = await self.imports.receipt(receipt.id)
            if receipt.final:
                self.meter.stop()
                return receipt
        raise RuntimeError("the receipt never became final")

    async def measure(self, content: bytes) -> tuple[Receipt, dict[str, list[float]]]:
        """The receipt, and the seconds by stage."""
        with (
            patch.object(Reader, "read", self.meter.in_thread(Reader.read, "parse")),
            patch.object(store, "add", self.meter.of("stage", store.add)),
            patch.object(store, "take_repeated", self.meter.of("settle", store.take_repeated)),
            patch.object(months, "add_up", self.meter.of("outbox", months.add_up)),
        ):
            receipt = await self.take_in(content)
        return receipt, dict(self.meter.seconds)


async def run(rows: int, report: Report) -> None:
    """Report the microseconds per row of each stage, for a file and for the same file again."""
    calm_collector()
    with durable_postgres() as admin_url:
        async with service_database(admin_url, "absence_ingest") as (db, owner):
            name = await owner.fetchval("SELECT current_database()")
            address = make_url(admin_url).set(database=name).render_as_string(hide_password=False)
            ring = KeyRing.generate()
            admin = await asyncpg.connect(address)
            try:
                meter = Meter()
                bench = Bench(
                    Imports(db, ring, Handled(AbsenceImport(MonthPublisher(Outbox("absence_ingest"))), meter)),
                    admin,
                    meter,
                )
                for count, first, said in ((WARM_UP, 0, ()), (rows, WARM_UP, ("first time", "again"))):
                    municipality = Municipality.of(count, first, ring.export())
                    await make_known(admin, municipality)
                    content = municipality.file()
                    if not said:
                        await bench.take_in(content)
                    for which in said:
                        receipt, seconds = await bench.measure(content)
                        report.say(f"processor time, {count:,} rows, {which}: {told(seconds, count)}")
                        if receipt.accepted + receipt.unchanged != count:
                            raise RuntimeError(f"{count} rows were sent, {receipt.accepted} were accepted")
            finally:
                await admin.close()


def told(seconds: dict[str, list[float]], rows: int) -> str:
    """Text of the microseconds per row by stage: this process + the server."""
    per_row = {name: [1e6 * each / rows for each in seconds.get(name, (0.0, 0.0))] for name in STAGES}
    per_row["all"] = [sum(each[place] for each in per_row.values()) for place in (0, 1)]
    return ", ".join(f"{name} {ours:.1f} + {servers:.1f}" for name, (ours, servers) in per_row.items()) + " µs per row"
