"""Plays a script on the real service: its receiver, its import worker and its consumers' transactions."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from libs.shared.contracts.registration import CalendarChanged, PupilChanged
from libs.shared.contracts.topics import TOPICS
from libs.shared.db.scope import Scope
from libs.shared.eventlog.port import Record
from libs.shared.events.arrivals import read
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import Outbox
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt
from services.absence_ingest.wiring import subscriptions
from tests.contract.imports.absence_steps import (
    CalendarComes,
    Event,
    File,
    How,
    Months,
    Passes,
    PupilComes,
    PupilGoes,
    Together,
)
from tests.integration.services.absence_ingest.service import AbsenceIngest, pupil_id

FINAL_SECONDS = 30.0
HOW = {
    How.ROWS: (Mode.COMMIT, Atomic.ROW),
    How.WHOLE: (Mode.COMMIT, Atomic.FILE),
    How.VALIDATE: (Mode.VALIDATE, Atomic.ROW),
}


@dataclass
class Play:
    """One municipality of the service; several scripts share a database, each in a municipality of its own."""

    ingest: AbsenceIngest
    code: str
    receipts: list[UUID] = field(default_factory=list)

    def number(self, school: str) -> str:
        """A school's institution number."""
        return f"{self.code}{ {'north': 1, 'south': 2, 'nowhere': 999}[school]:03}"

    def pupil_id(self, name: str) -> UUID:
        return pupil_id(f"{self.code} {name}")

    async def begin(self) -> None:
        """Create the schools, without their calendars."""
        for school in ("north", "south"):
            await self.ingest.school(self.number(school), municipality=self.code)

    async def take(self, event: Event) -> None:
        """Handle the event, and do all the work that follows from it."""
        await self.consume(event)
        await self.work()

    async def consume(self, event: Event) -> None:
        """Handle the event."""
        if isinstance(event, PupilGoes):
            await self._tombstone(self.pupil_id(event.name))
        else:
            await self.ingest.take([self.state(event)])

    def state(self, event: PupilComes | CalendarComes) -> PupilChanged | CalendarChanged:
        """The event's content."""
        if isinstance(event, PupilComes):
            stays = [(self.number(stay.school), stay.first, stay.until) for stay in event.stays]
            return self.ingest.pupil(
                f"{self.code} {event.name}", event.keys, stays, municipality=self.code, version=event.version
            )
        return self.ingest.calendar(
            self.number(event.school),
            sorted(event.days),
            version=event.version,
            year=f"{event.year}/{event.year + 1}",
            municipality=self.code,
        )

    async def _tombstone(self, gone: UUID) -> None:
        handling = Handling(self.ingest.db, "absence_ingest", subscriptions(Outbox("absence_ingest")))
        self.ingest.offset += 1
        topic = TOPICS["registration.pupil"].name
        headers = (("ce_id", str(uuid4()).encode()), ("ce_municipality", self.code.encode()))
        await handling.take([read(Record(topic, 0, self.ingest.offset, str(gone), None, headers, 0))])

    async def together(self, step: Together) -> None:
        """Receive the files one after the other, and then process them."""
        for file in step.files:
            receipt = await self.send(file)
            self.receipts.append(receipt.id)
        for file in step.files:
            if file.during is not None:
                await self.ingest.worker().work_once()
                await self.consume(file.during)
        await self.work()

    async def send(self, file: File) -> Receipt:
        """Move the clock by a minute and receive the file."""
        mode, atomic = HOW[file.how]
        self.ingest.now += timedelta(minutes=1)
        return await self.ingest.queue(
            "absence",
            file.text(),
            municipality=self.code,
            identifier=file.by,
            mode=mode,
            atomic=atomic,
            chunk_bytes=file.cut,
        )

    async def report(self, file: Months) -> None:
        """Receive a file of reported months and process it."""
        self.ingest.now += timedelta(minutes=1)
        rows = [f"{self.number(row.school)};{row.month};{'' if row.reported else '0'}\n" for row in file.rows]
        text = "institution_number;month;reported\n" + "".join(rows)
        receipt = await self.ingest.queue("completeness", text, municipality=self.code, chunk_bytes=file.cut)
        self.receipts.append(receipt.id)
        await self.work()

    async def passes(self, step: Passes) -> None:
        """Move the clock by days, and run the worker's housekeeping."""
        self.ingest.now += timedelta(days=step.days)
        await self.ingest.worker()._housekeeping()
        await self.work()

    async def work(self) -> None:
        """Until every file is final and there is nothing left to do."""
        deadline = time.monotonic() + FINAL_SECONDS
        while True:
            await self.ingest.settle()
            left = [receipt for each in self.receipts if not (receipt := await self.receipt(each)).final]
            if not left:
                return
            assert time.monotonic() < deadline, f"not final: {left}"
            self.ingest.now += timedelta(seconds=1)  # a transient failure is tried again a little later
            await asyncio.sleep(0.05)

    # --- the results --------------------------------------------------------------------------------------------

    async def receipt(self, receipt_id: UUID) -> Receipt:
        async with self.ingest.db.read(Scope.of(self.code)) as session:
            return await receipts.get(session, receipt_id)

    async def months(self, names: list[str]) -> dict[tuple[str, str], tuple[int, int, int]]:
        """(pupil, month) → half-days by category, without empty months."""
        by_id = {self.pupil_id(name): name for name in names}
        found = await self.ingest.months(self.code)
        return {
            (by_id[pupil], month): sums[:3]
            for (pupil, month), sums in found.items()
            if pupil in by_id and any(sums[:3])
        }

    async def told(self, names: list[str]) -> dict[tuple[str, str], tuple[int, int, int]]:
        """The same by the last event of each month. Fails if versions do not rise by one, or a state is published twice
        in a row.
        """
        by_id = {str(self.pupil_id(name)): name for name in names}
        events = await self.events("absence.pupil-month")
        histories: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        for event in events:
            if event["pupil_id"] in by_id:
                history = histories.setdefault((by_id[event["pupil_id"]], event["month"]), [])
                history.append(tuple(round(float(event[c]) * 2) for c in ("illness", "authorised", "unauthorised")))
                assert event["aggregate_version"] == len(history), "versions rise by one"
        for history in histories.values():
            assert any(history[0]), "a month of nothing is not told"
            assert all(a != b for a, b in pairwise(history)), "no state is told twice"
        return {key: history[-1] for key, history in histories.items() if any(history[-1])}

    async def events(self, topic: str) -> list[dict[str, Any]]:
        """The municipality's events of a topic, oldest first."""
        return [event for event in await self.ingest.events(topic) if event["municipality_code"] == self.code]

    async def reports(self) -> dict[tuple[str, str], tuple[bool, int]]:
        """(school, month) → whether it is reported, and how many pupil-months it has, by the last event."""
        schools = {self.number(school): school for school in ("north", "south")}
        found = {}
        for event in await self.events("absence.completeness"):
            school = schools[event["institution_number"]]
            found[school, event["month"]] = (event["reported"], event["pupil_months"])
        return found

    async def has_months(self, names: list[str]) -> set[tuple[str, str]]:
        """(pupil, month) of every pupil-month, including empty ones."""
        by_id = {self.pupil_id(name): name for name in names}
        return {(by_id[pupil], month) for pupil, month in await self.ingest.months(self.code) if pupil in by_id}

    async def waiting(self) -> set[tuple[UUID, int]]:
        """(receipt, row) of each waiting row."""
        rows = await self.ingest.rows("SELECT receipt_id, row_no FROM parked_row", self.code)
        return {(row[0], row[1]) for row in rows}

    async def facts(self, names: list[str]) -> dict[tuple[str, date, str], int]:
        """Recorded half-days above zero, whether they count or not."""
        by_id = {self.pupil_id(name): name for name in names}
        rows = await self.ingest.rows("SELECT pupil_id, day, category, halves FROM absence_day", self.code)
        return {(by_id[row[0]], row[1], row[2]): row[3] for row in rows if row[0] in by_id and row[3]}

    async def set_aside(self, names: list[str]) -> dict[tuple[str, date, str], str]:
        """Recorded days that do not count, with the code of the reason."""
        by_id = {self.pupil_id(name): name for name in names}
        rows = await self.ingest.rows(
            "SELECT pupil_id, day, category, set_aside FROM absence_day WHERE set_aside IS NOT NULL", self.code
        )
        return {(by_id[row[0]], row[1], row[2]): row[3] for row in rows if row[0] in by_id}
