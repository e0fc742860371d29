"""Registration, absence_ingest and evaluation_export on databases of their own, with the events moved between them in
steps.

Each topic keeps its order; the test decides which topic is read next.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.contracts.codec import decode
from libs.shared.db.database import Database
from libs.shared.db.scope import NOBODY, Access, Scope
from libs.shared.eventlog.port import Record
from libs.shared.events.arrivals import read
from libs.shared.events.handling import Handling
from libs.shared.events.headers import unpacked
from libs.shared.events.outbox import Outbox
from libs.shared.events.subscriptions import Subscriptions
from services.absence_ingest.wiring import subscriptions
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.products.aggregate.queries import reported_months
from services.evaluation_export.wiring import SERVICE as EVALUATION_EXPORT
from services.evaluation_export.wiring import SUBSCRIPTIONS as EVALUATION
from services.registration.screening.gross_list.queries import facts as screening
from services.registration.wiring import SUBSCRIPTIONS as REGISTRATION
from tests.factories.places import calendar_file, weekdays
from tests.integration.services.absence_ingest.service import MIGRATIONS as ABSENCE_INGEST
from tests.integration.services.absence_ingest.service import AbsenceIngest
from tests.integration.services.registration.service import MIGRATIONS, PUPIL_HEADER, Registration
from tests.integration.services.registration.told import cpr
from tests.realparts.databases import MakeDatabase

NORTH, SOUTH = "910101", "910102"
MONTH, AS_OF = "2022-09", date(2022, 10, 15)
HEADER = "pupil;date;category;days\n"

_OUTBOX = text("SELECT seq, id, topic, key, value, headers FROM outbox ORDER BY seq")


@dataclass
class Queue:
    """The records of one topic from one service to another; the first ``done`` of them have been read."""

    source: Database
    topic: str
    handling: Handling
    done: int = 0

    async def read_next(self, most: int) -> bool:
        """Read at most ``most`` records in one transaction of the reader; returns whether there were any."""
        async with self.source.read(NOBODY) as session:
            rows = [row for row in await session.execute(_OUTBOX) if row.topic == self.topic]
        batch = rows[self.done : self.done + most]
        records = [
            Record(
                row.topic,
                0,
                self.done + place,
                row.key,
                row.value,
                unpacked(row.headers, row.id, row.key),
                0,
            )
            for place, row in enumerate(batch)
        ]
        if records:
            await self.handling.take([read(record) for record in records])
        self.done += len(records)
        return bool(records)


@dataclass
class Services:
    """The three services; ``queues`` by (reader, topic)."""

    registration: Registration
    ingest: AbsenceIngest
    evaluation: Database
    evaluation_owner: str
    queues: dict[tuple[str, str], Queue] = field(default_factory=dict)

    @classmethod
    async def made(cls, make_database: MakeDatabase, pupils: int) -> "Services":
        """A school with ``pupils`` pupils, known to all three services; no absence yet."""
        registration = Registration.on((await make_database(MIGRATIONS)).db)
        ingest = AbsenceIngest((await make_database(ABSENCE_INGEST)).db, lookup_keys=registration.lookup_keys)
        evaluation = await make_database(EVALUATION_EXPORT.migrations)
        self = cls(registration, ingest, evaluation.db, evaluation.owner_url)
        self._connect()
        await registration.base()
        days = weekdays(date(2022, 8, 8), date(2023, 6, 23))
        await registration.send("calendars", calendar_file(NORTH, days) + calendar_file(SOUTH, days).split("\n", 1)[1])
        await self.place(range(1, pupils + 1), NORTH)
        await self.settle()
        return self

    def _connect(self) -> None:
        absence = subscriptions(Outbox("absence_ingest"))
        of: dict[str, tuple[Database, Subscriptions, Access | None]] = {
            "registration": (self.registration.db, REGISTRATION, None),
            "absence_ingest": (self.ingest.db, absence, None),
            "evaluation_export": (self.evaluation, EVALUATION, None),
        }
        for reader, (db, wants, access) in of.items():
            handling = Handling(db, reader, wants, access=access)
            for topic in wants.topics:
                producer = topic.split(".")[0]
                source = {"registration": self.registration.db, "absence": self.ingest.db}.get(producer)
                if source is not None:
                    self.queues[reader, topic] = Queue(source, topic, handling)

    async def place(self, numbers: "range | list[int]", school: str, since: str = "2022-08-01") -> None:
        """Send registration a file that places these pupils at the school from the day ``since``."""
        rows = "".join(f"{cpr(n)};;L{n};Elev {n};{school};2022/2023;5A;{since};2023-08-01\n" for n in numbers)
        await self.registration.send("pupils", PUPIL_HEADER + rows)

    async def leave(self, numbers: "range | list[int]", school: str, day: str) -> None:
        """Send registration a file that ends the stay of these pupils at the school before ``day``."""
        rows = "".join(f"{cpr(n)};;L{n};Elev {n};{school};2022/2023;5A;2022-08-01;{day}\n" for n in numbers)
        await self.registration.send("pupils", PUPIL_HEADER + rows)

    async def absent(self, numbers: "range | list[int]", day: str, days: str = "1") -> None:
        """Send a file of absence of these pupils, and count the reports again."""
        await self.ingest.send("absence", HEADER + "".join(f"{cpr(n)};{day};illness;{days}\n" for n in numbers))
        await self.ingest.recount()

    async def report(self, *schools: str, said: str = "1") -> None:
        """Send a file that reports the month of these schools, or withdraws the report."""
        rows = "".join(f"{school};{MONTH};{said}\n" for school in schools)
        await self.ingest.send("completeness", "institution_number;month;reported\n" + rows)

    async def settle(self) -> None:
        """Read all queues and count the reports again, until nothing is left."""
        more = True
        while more:
            await self.ingest.recount()
            more = any([await queue.read_next(500) for queue in self.queues.values()])

    async def step(self, choose: Callable[[list[tuple[str, str]]], tuple[str, str]], most: int) -> None:
        """Read at most ``most`` records of one queue."""
        await self.queues[choose(sorted(self.queues))].read_next(most)

    # --- what the readers hold ----------------------------------------------------------------------------------

    async def pupil_ids(self) -> list[UUID]:
        """The pupils whom registration knows."""
        return [row["pupil_id"] for row in await self.registration.rows("SELECT pupil_id FROM pupil", "101")]

    async def gross_list_says(self, pupil_ids: list[UUID]) -> dict[UUID, tuple[int, float]]:
        """(months reported, days of absence in them) of the autumn so far by pupil, as registration screens
        with them.
        """
        async with self.registration.db.read(Scope.of("101")) as session:
            found = await screening.absence(session, pupil_ids, AS_OF)
        return {each.pupil_id: (each.months_reported, float(each.absence_days)) for each in found}

    async def panel_says(self, school: str = NORTH) -> bool:
        """Whether a delivery made now would treat the school's month as reported."""
        async with self.evaluation.moment(EVALUATOR) as session:
            found = await reported_months(session, {"before": [], "after": [MONTH]})
        return (school, "101", MONTH) in found

    async def evaluation_rows(self, sql: str) -> list[Any]:
        """The rows that the evaluator sees."""
        async with self.evaluation.moment(EVALUATOR) as session:
            return list((await session.execute(text(sql))).all())

    async def held(self, db: Database) -> set[str]:
        """The keys of the pupil-months that a reader holds."""
        async with db.read(Scope.of("101")) as session:
            return set(
                (await session.execute(text("SELECT pupil_id::text || '/' || month FROM pupil_month"))).scalars()
            )

    async def vouched(self, reader: str) -> set[str] | None:
        """The keys of the pupil-months that the newest report read by the reader covers; None if it says not reported.

        These are all pupil-months before the report in the producer's outbox. Raises ``AssertionError`` if the report
        gives another number.
        """
        queue = self.queues[reader, CompletenessChanged.TOPIC]
        async with self.ingest.db.read(NOBODY) as session:
            rows = list(await session.execute(_OUTBOX))
        read_so_far = [row for row in rows if row.topic == CompletenessChanged.TOPIC][: queue.done]
        reports = [row for row in read_so_far if row.key == f"{NORTH}/{MONTH}"]
        if not reports:
            return None
        last = reports[-1]
        headers = unpacked(last.headers, last.id, last.key)
        state = decode(headers, last.value).data
        assert isinstance(state, CompletenessChanged)
        if not state.reported:
            return None
        keys = {row.key for row in rows if row.topic == "absence.pupil-month" and row.seq < last.seq}
        assert state.pupil_months == len(keys)
        return keys
