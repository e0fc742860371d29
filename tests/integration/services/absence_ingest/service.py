"""absence_ingest on a database of its own: events through the real consumer transaction, files through the real
receiver and import worker.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from sqlalchemy import text

from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import (
    CalendarChanged,
    Membership,
    MunicipalityChanged,
    PupilChanged,
    SchoolChanged,
)
from libs.shared.contracts.state import LookupKey, State
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.eventlog.port import Record
from libs.shared.events.arrivals import read
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import Outbox
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.privacy.identifiers import IdentifierKind, normalise
from libs.shared.privacy.keys import KeyRing, LookupKeys
from libs.shared.runtime.parts import kinds_of
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.rechecking import Rechecking
from services.absence_ingest.completeness.recounting import Recounting
from services.absence_ingest.copies.pupils.queries import CONCERNS
from services.absence_ingest.wiring import rooms, subscriptions
from tests.factories import told
from tests.factories.files import ImportsUnderTest

MIGRATIONS = Path("services/absence_ingest/migrations")
YEAR = (date(2022, 8, 1), date(2023, 8, 1))
NORTH, SOUTH = "910101", "910102"
ASK, BO = "6101120008", "6201120008"
HEADER = "pupil;date;category;days\n"


def school_id(institution_number: str) -> UUID:
    """The id of a school in tests."""
    return uuid5(NAMESPACE_OID, institution_number)


def pupil_id(name: str) -> UUID:
    """The id of a pupil in tests."""
    return uuid5(NAMESPACE_OID, f"pupil {name}")


@dataclass
class AbsenceIngest(ImportsUnderTest):
    """The service without its HTTP; ``now`` is its clock."""

    db: Database
    data_keys: KeyRing = field(default_factory=KeyRing.generate)
    lookup_keys: KeyRing = field(default_factory=KeyRing.generate)
    now: datetime = datetime(2023, 9, 1, tzinfo=UTC)
    offset: int = 0

    concerns = CONCERNS

    def kinds(self) -> Kinds:
        return kinds_of(rooms(self.db, Outbox("absence_ingest"), self.clock))

    def clock(self) -> datetime:
        return self.now

    # --- events -------------------------------------------------------------------------------------------------

    async def take(self, states: Iterable[State]) -> None:
        """Handle events with these states in the consumer's transaction."""
        handling = Handling(self.db, "absence_ingest", subscriptions(Outbox("absence_ingest")))
        arrivals = []
        for state in states:
            event: Event[State] = Event(id=uuid4(), source="/registration", time=self.now, data=state)
            headers, value = encode(event)
            self.offset += 1
            arrivals.append(read(Record(event.topic, 0, self.offset, event.key, value, headers, 0)))
        await handling.take(arrivals)

    def pupil(
        self,
        name: str,
        identifiers: Sequence[tuple[IdentifierKind, str]],
        memberships: Sequence[tuple[str, date, date]] = ((NORTH, *YEAR),),
        *,
        municipality: str = "101",
        version: int = 1,
    ) -> PupilChanged:
        """A pupil's state, with lookup keys by every key on the ring."""
        keys = LookupKeys(self.lookup_keys)
        return PupilChanged(
            aggregate_version=version,
            municipality_code=municipality,
            pupil_id=pupil_id(name),
            person_id=pupil_id(f"person {name}"),
            has_cpr_number=True,
            lookup_keys=[
                LookupKey(kind=kind.value, key_id=key_id, value=value)
                for kind, identifier in identifiers
                for key_id, value in keys.all_values(kind, normalise(kind, identifier), municipality)
            ],
            memberships=[
                Membership(
                    class_id=uuid5(school_id(number), "5A"),
                    school_id=school_id(number),
                    institution_number=number,
                    school_year="2022/2023",
                    grade=5,
                    valid_from=valid_from,
                    valid_to=valid_to,
                )
                for number, valid_from, valid_to in memberships
            ],
        )

    def by_cpr(self, name: str, cpr_number: str, *args: Any, **more: Any) -> PupilChanged:
        """A pupil with only a CPR number."""
        return self.pupil(name, [(IdentifierKind.CPR_NUMBER, cpr_number)], *args, **more)

    async def accept(self, code: str = "101", **changed: Any) -> None:
        """Handle an event that says that the municipality takes part."""
        given = {"aggregate_version": 1, "name": "Prøvekøbing", "status": "accepted", **changed}
        await self.take([MunicipalityChanged(municipality_code=code, **given)])

    async def school(self, number: str, days: Sequence[date] | None = None, *, municipality: str = "101") -> None:
        """Handle the events of a school, and of its calendar of 2022/2023 if ``days`` are given."""
        await self.take(
            [
                SchoolChanged(
                    aggregate_version=1,
                    municipality_code=municipality,
                    school_id=school_id(number),
                    institution_number=number,
                    kind="public",
                )
            ]
        )
        if days is not None:
            await self.take([self.calendar(number, days, municipality=municipality)])

    def calendar(
        self, number: str, days: Sequence[date], *, version: int = 1, year: str = "2022/2023", municipality: str = "101"
    ) -> CalendarChanged:
        """A calendar's state."""
        return CalendarChanged(
            aggregate_version=version,
            municipality_code=municipality,
            school_id=school_id(number),
            institution_number=number,
            school_year=year,
            school_days=list(days),
        )

    # --- files --------------------------------------------------------------------------------------------------

    async def recount(self) -> None:
        """Let the worker's loop count the pupil-months that are due."""
        await Recounting(self.db, Outbox("absence_ingest")).once()

    async def settle(self) -> None:
        """Run every loop of the worker process in turn until none has anything to do."""
        outbox = Outbox("absence_ingest")
        steps = [
            self.worker().work_once,
            Rechecking(self.db, MonthPublisher(Outbox("absence_ingest")), clock=self.clock).once,
            Recounting(self.db, outbox).once,
        ]
        async with asyncio.timeout(120):
            while any([await step() for step in steps]):
                pass

    async def send(self, kind: str, content: str | bytes, **how: Any) -> Receipt:
        """Move the clock by a minute, send a file, and process it until its receipt is final."""
        self.now += timedelta(minutes=1)
        return await self.finish(await self.queue(kind, content, **how))

    async def days(self, *lines: str, **how: Any) -> Receipt:
        """Send a file with these rows of absence."""
        return await self.send("absence", HEADER + "".join(f"{line}\n" for line in lines), **how)

    # --- the results --------------------------------------------------------------------------------------------

    async def rows(self, sql: str, *municipalities: str, access: Access | None = None) -> list[Any]:
        """The rows that a transaction of these municipalities sees (default: 101)."""
        return await super().rows(sql, *(municipalities or ("101",)), access=access)

    async def months(self, *municipalities: str) -> dict[tuple[UUID, str], tuple[int, int, int, int]]:
        """(pupil id, month) → half-days of illness, authorised, unauthorised, and the version."""
        found = await self.rows(
            "SELECT pupil_id, to_char(month, 'YYYY-MM'), illness, authorised, unauthorised, aggregate_version "
            "FROM pupil_month",
            *municipalities,
        )
        return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in found}

    async def events(self, topic: str = "absence.pupil-month") -> list[dict[str, Any]]:
        """The events written so far, oldest first."""
        return await told.events(self.db, topic)

    async def refused(self, receipt: Receipt) -> dict[int, tuple[str, str]]:
        """Row number → (column, code) of each refused row."""
        async with self.db.read(Scope.of(receipt.upload.municipality_code)) as session:
            found = await session.execute(
                text(
                    "SELECT row_no, coalesce(errors -> 0 ->> 'column', ''), code FROM import_refusal "
                    "WHERE receipt_id = :id ORDER BY row_no"
                ),
                {"id": receipt.id},
            )
            return {row[0]: (row[1], row[2]) for row in found}
