"""The latency of enrolments under load: all four services run as processes of their own, on Kafka.

Enrolments are written to registration's outbox as its use cases do, and looked up in ``evaluation_export``'s table.
Meanwhile a municipality sends files of absence, one after the other without a pause. In a second part registration
itself imports a roster, whose events stand before the enrolments in the same outbox. The table is queried every
``LOOK_SECONDS``, so a figure may be too large by that much.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg

from benchmarks.events import as_record, enrolments
from benchmarks.figures import Figure, Size, percentile
from benchmarks.municipality import CODE, INSTITUTION, Municipality
from benchmarks.places import deployment, kafka, running, until
from benchmarks.report import Report
from deploy.embedded.composition import Deployment
from journey.platform import Platform
from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.errors import Refused
from libs.shared.client.imports.models import FINAL
from libs.shared.client.registration.client import Registration
from libs.shared.contracts.state import State
from libs.shared.eventlog.factory import open_event_log
from libs.shared.events.headers import packed
from synthetic.people import cpr_number

LOADED_MS, BEHIND_MS = 1_000.0, 10_000.0
"""Limits of p99: while absence files are imported at full load, and behind a roster import of the same service."""

ROWS = {Size.SMALL: 20_000, Size.LARGE: 200_000}
PUPILS = {Size.SMALL: 2_000, Size.LARGE: 20_000}
PACE, SECONDS = 10, 25
LOOK_SECONDS = 0.005
BOUND_SECONDS = 900
ROSTER = 40_000
"""The number of the roster's first pupil; the absence files' pupils have smaller numbers."""

_ONE = "INSERT INTO outbox (id, topic, key, value, headers) VALUES ($1, $2, $3, $4, $5)"


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report p99 beside the limits at each size of the load."""
    with kafka() as address:
        async with (
            asyncio.timeout(BOUND_SECONDS),
            deployment(address) as made,
            Platform(Addresses.local(made.ports.base)) as platform,
            _looking(made) as enrolling,
        ):
            caller = await platform.caller("municipality_integration", CODE)
            await _accept(platform)
            for size in sizes:
                await _beside_absence(made, caller, enrolling, size, report)
            for size in sizes:
                await _behind_roster(caller, enrolling, size, report)


class _Enrolling:
    """Writes enrolments to registration's outbox and notes when they appear in evaluation_export."""

    def __init__(self, writing: "asyncpg.Connection", reading: "asyncpg.Connection") -> None:
        self._writing, self._reading = writing, reading
        self._waiting: dict[UUID, float] = {}
        self.milliseconds: list[float] = []

    async def one(self) -> None:
        """Write one, and remember the time before its transaction."""
        (state,) = enrolments(1)
        record = as_record(state, "registration")
        event_id = UUID(dict(record.headers)["ce_id"].decode())
        headers = packed(record.headers, event_id, record.key)
        self._waiting[state.enrolment_id] = time.perf_counter()
        async with self._writing.transaction():
            await self._writing.execute(_ONE, event_id, record.topic, record.key, record.value, headers)
            await self._writing.execute("NOTIFY outbox")

    async def look(self, stop: asyncio.Event) -> None:
        """Query for the enrolments that have not appeared yet, until stopped."""
        while not stop.is_set():
            found = await self._reading.fetch(
                "SELECT enrolment_id FROM enrolment WHERE enrolment_id = ANY($1::uuid[])", list(self._waiting)
            )
            now = time.perf_counter()
            for row in found:
                self.milliseconds.append((now - self._waiting.pop(row["enrolment_id"])) * 1000)
            await asyncio.sleep(LOOK_SECONDS)

    async def paced(self, seconds: float, *, until_done: Callable[[], bool] = lambda: False) -> list[float]:
        """Write ``PACE`` a second for ``seconds`` or until done; returns the milliseconds of each."""
        self.milliseconds = []
        began, number = time.perf_counter(), 0
        while time.perf_counter() < began + seconds and not until_done():
            await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
            await self.one()
            number += 1
        await until(self._all_seen, every=0.05)
        return self.milliseconds

    async def _all_seen(self) -> bool:
        return not self._waiting


@asynccontextmanager
async def _looking(made: Deployment) -> AsyncIterator[_Enrolling]:
    writing, reading = await made.database("registration"), await made.database("evaluation_export")
    try:
        enrolling = _Enrolling(writing, reading)
        async with running(enrolling.look):
            yield enrolling
    finally:
        await writing.close()
        await reading.close()


async def _accept(platform: Platform) -> None:
    secretariat = await platform.caller("secretariat")
    await Registration(secretariat).set_municipality(CODE, "invited")
    await Registration(secretariat).set_municipality(CODE, "accepted")


async def _beside_absence(made: Deployment, caller: Caller, enrolling: _Enrolling, size: Size, report: Report) -> None:
    """Files of one year's absence are sent one after the other meanwhile; each has the same pupils and dates."""
    if made.environment is None:
        raise RuntimeError("the deployment is not started")
    rows = ROWS[size]
    municipality = Municipality.of(rows, 0 if size is Size.SMALL else 5_000, made.environment.keys.lookup_keys)
    await _publish(made.environment.bus, list(municipality.states()))
    database = await made.database("absence_ingest")
    known = "SELECT count(*) FROM pupil WHERE pupil_id = ANY($1::uuid[])"
    ids = list(municipality.pupils.values())

    async def all_known() -> bool:
        return int(await database.fetchval(known, ids)) == len(ids)

    try:
        await until(all_known, every=0.2)
    finally:
        await database.close()
    content, sent = municipality.file(), 0

    async def load(stop: asyncio.Event) -> None:
        nonlocal sent
        while not stop.is_set():
            # Every second file has 0 days in each row, so that each file changes every row.
            body = content if sent % 2 == 0 else _withdrawn(content)
            await _send(caller, "absence_ingest", "absence", body, rows, identifier="cpr_number")
            sent += 1

    async with running(load, seconds=300):
        measured = await enrolling.paced(SECONDS)
    report.say(f"beside absence: {sent} files of {rows:,} rows meanwhile")
    size_text = f"files of {rows:,} rows, p50 {_p50(measured)}"
    report.add(_figure("enrolment beside absence files", size_text, measured, LOADED_MS))


async def _behind_roster(caller: Caller, enrolling: _Enrolling, size: Size, report: Report) -> None:
    """A roster of new pupils; enrolments are written while it is imported."""
    pupils, first = PUPILS[size], ROSTER + (0 if size is Size.SMALL else PUPILS[Size.SMALL])
    schools = f"institution_number;name;kind\n{INSTITUTION};Prøveskolen;public\n"
    classes = f"institution_number;school_year;name;grade;kind\n{INSTITUTION};2022/2023;5A;5;ordinary\n"
    await _send(caller, "registration", "schools", schools.encode())
    await _send(caller, "registration", "classes", classes.encode())
    head = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
    place = f"{INSTITUTION};2022/2023;5A;2022-08-01;2023-08-01"
    rows = (
        f"{cpr_number(2011, number, 7)};;B{number};Prøve Elev {number};{place}\n"
        for number in range(first, first + pupils)
    )
    body = (head + "".join(rows)).encode()
    task = asyncio.create_task(_send(caller, "registration", "pupils", body, pupils))
    measured = await enrolling.paced(BOUND_SECONDS / 3, until_done=task.done)
    await task
    report.add(_figure("enrolment behind a roster", f"{pupils:,} pupils, p50 {_p50(measured)}", measured, BEHIND_MS))


def _figure(name: str, size: str, measured: list[float], limit: float) -> Figure:
    return Figure(f"{name}, p99", size, percentile(measured, 99), "ms", "limit", limit, goal=1.0)


def _p50(measured: list[float]) -> str:
    return f"{percentile(measured, 50):,.0f} ms, {len(measured)} enrolments"


async def _publish(bus: str, states: list[State]) -> None:
    records = [as_record(state, "registration") for state in states]
    log = open_event_log(bus, client_id="benchmark")
    try:
        async with log.writer("benchmark") as writer:
            for start in range(0, len(records), 1000):
                await writer.append(records[start : start + 1000])
    finally:
        await log.close()


def _withdrawn(content: bytes) -> bytes:
    head, *lines = content.decode().splitlines()
    return "".join(f"{line}\n" for line in [head, *(f"{line.rsplit(';', 1)[0]};0" for line in lines)]).encode()


async def _send(
    caller: Caller, service: str, kind: str, content: bytes, accepted: int | None = None, **more: str
) -> None:
    """Send a file and wait for its final receipt. Raises ``RuntimeError`` unless ``accepted`` rows were accepted."""
    response = await caller.request(
        "POST",
        service,
        "/v1/imports",
        params={"kind": kind, "municipality": CODE, **more},
        headers={"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"},
        content=content,
    )
    if response.is_error:
        raise Refused(response)
    receipt = response.json()
    while receipt["state"] not in FINAL:
        await asyncio.sleep(0.1)
        receipt = await caller.get(service, f"/v1/imports/{receipt['id']}")
    if receipt["state"] != "completed" or accepted not in {None, receipt["accepted"]}:
        raise RuntimeError(f"{kind}: {receipt['state']}, {receipt['accepted']} accepted, {receipt['refused_by_code']}")
