"""Absence over HTTP, end to end: a file sent to ``absence_ingest`` until its receipt says completed.

By then the rows are parsed, validated and stored and their events are in the outbox. The service runs as the embedded
deployment has it (API and worker in one process, its relay at work); the others are stopped, so that they take no
part of the machine. Schools, calendars and pupils come to it on the bus beforehand, as registration publishes them.
The peer is PostgreSQL's COPY of the very rows it stored into an empty table with the same indexes and checks, on the
same server, straight afterwards.
"""

import asyncio
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from benchmarks.events import BATCH, TOPIC, as_record
from benchmarks.figures import Figure, Size, middle
from benchmarks.memory import LIMIT_MB, proportional_set_size
from benchmarks.municipality import CODE, Municipality
from benchmarks.places import deployment, until
from benchmarks.report import Report
from deploy.embedded.composition import Deployment
from deploy.journey.platform import Addresses, Caller, Platform, Refused
from libs.shared.eventlog.factory import open_event_log

ROWS = {Size.SMALL: 20_000, Size.LARGE: 200_000}
WARM_UP_ROWS = 1_000
COPIES = 3
BOUND_SECONDS = 600
LOOK_SECONDS = 0.02
FINAL = frozenset({"completed", "rejected", "failed"})
OTHERS = ("registration", "intervention_catalog", "evaluation_export")
COLUMNS = "pupil_id, day, category, halves, as_of, municipality_code"


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report rows a second at each size, beside COPY, and the service's memory afterwards."""
    async with asyncio.timeout(BOUND_SECONDS), deployment() as made:
        await asyncio.gather(*(made.children[name].stop() for name in OTHERS))
        async with Platform(Addresses.local(made.ports.base)) as platform:
            work = _Work(
                made, await platform.caller("municipality_integration", CODE), await platform.caller("ops"), report
            )
            await work.take_in(WARM_UP_ROWS)
            for size in sizes:
                await work.measure(ROWS[size])


@dataclass
class _Work:
    """The deployment and who speaks to it; ``pupils`` counts those used, so that no two files share one."""

    made: Deployment
    municipal: Caller
    ops: Caller
    report: Report
    pupils: int = 0

    async def measure(self, rows: int) -> None:
        seconds, municipality = await self.take_in(rows)
        copied = middle([await self._copy(municipality, rows) for _ in range(COPIES)])
        size = f"{rows:,} rows"
        rate, peer = rows / seconds, rows / copied
        self.report.add(
            Figure("absence over HTTP", size, rate, "rows/s", "COPY", peer, more_is_better=True, scale=rows)
        )
        process = self.made.children["absence_ingest"].process
        if process is not None:
            pss = proportional_set_size(process.pid) / 1e6
            name = "absence_ingest: memory afterwards"
            self.report.add(Figure(name, size, pss, "MB", "limit when idle", LIMIT_MB, scale=rows))

    async def take_in(self, rows: int) -> tuple[float, Municipality]:
        """Seconds from the first byte sent to the receipt that says completed, and whom it was about."""
        if self.made.environment is None:
            raise RuntimeError("the deployment is not started")
        municipality = Municipality.of(rows, self.pupils, self.made.environment.keys.lookup_keys)
        self.pupils += len(municipality.pupils)
        await self._make_known(self.made.environment.bus, municipality)
        content, before = municipality.file(), await self._events()
        began = time.perf_counter()
        receipt = await self._send(content)
        seconds = time.perf_counter() - began
        if (receipt["state"], receipt["accepted"]) != ("completed", rows):
            raise RuntimeError(f"{rows} rows sent, {receipt['accepted']} accepted: {receipt['refused_by_code']}")
        written = await self._events() - before
        if written < municipality.months():  # a month that lies in two chunks of the file has two events
            raise RuntimeError(f"{written} events in the outbox, {municipality.months()} pupil-months were sent")
        return seconds, municipality

    async def _make_known(self, bus: str, municipality: Municipality) -> None:
        """Put the municipality on the bus and wait until the service has taken it in."""
        records = [as_record(state, "registration") for state in municipality.states()]
        wanted = await self._taken() + len(records)
        log = open_event_log(bus, client_id="benchmark")
        try:
            async with log.writer("benchmark") as writer:
                for start in range(0, len(records), BATCH):
                    await writer.append(records[start : start + BATCH])
        finally:
            await log.close()

        async def all_taken() -> bool:
            return await self._taken() >= wanted

        await until(all_taken, every=0.2)

    async def _taken(self) -> int:
        inbox: dict[str, int] = (await self.ops.get("absence_ingest", "/v1/operations/flow"))["inbox"]
        return sum(inbox.values())

    async def _events(self) -> int:
        outbox = (await self.ops.get("absence_ingest", "/v1/operations/flow"))["outbox"]
        return int(outbox.get(TOPIC, {"written": 0})["written"])

    async def _send(self, content: bytes) -> dict[str, Any]:
        response = await self.municipal.request(
            "POST",
            "absence_ingest",
            "/v1/imports",
            repeat=False,
            params={"kind": "absence", "municipality": CODE, "identifier": "cpr_number"},
            headers={"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"},
            content=content,
        )
        if response.is_error:
            raise Refused(response)
        receipt: dict[str, Any] = response.json()
        while receipt["state"] not in FINAL:
            await asyncio.sleep(LOOK_SECONDS)
            receipt = await self.municipal.get("absence_ingest", f"/v1/imports/{receipt['id']}")
        return receipt

    async def _copy(self, municipality: Municipality, rows: int) -> float:
        """Seconds PostgreSQL takes to COPY what was stored into an empty table of the same make, commit included."""
        connection = await self.made.database("absence_ingest")
        try:
            stored = io.BytesIO()
            await connection.copy_from_query(
                f"SELECT {COLUMNS} FROM absence_day WHERE pupil_id = ANY($1::uuid[])",  # noqa: S608 - constants of ours
                list(municipality.pupils.values()),
                output=stored,
            )
            await connection.execute("DROP TABLE IF EXISTS peer")
            await connection.execute("CREATE TABLE peer (LIKE absence_day INCLUDING ALL)")
            stored.seek(0)
            began = time.perf_counter()
            tag = await connection.copy_to_table("peer", source=stored)
            seconds = time.perf_counter() - began
            if tag != f"COPY {rows}":
                raise RuntimeError(f"{rows} rows were sent, and PostgreSQL says {tag} of what was stored")
            await connection.execute("DROP TABLE peer")
            return seconds
        finally:
            await connection.close()
