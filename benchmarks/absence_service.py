"""``absence_ingest`` for the absence benchmark: municipalities that it knows, and COPY of what it stored."""

import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.events import BATCH, TOPIC, as_record
from benchmarks.municipality import CODE, Municipality
from benchmarks.places import until
from benchmarks.service_alone import Sent, ServiceAlone, service_alone
from libs.shared.eventlog.factory import open_event_log

SERVICE = "absence_ingest"
COLUMNS = "pupil_id, day, category, halves, as_of, municipality_code"


class Order(StrEnum):
    """The order in which PostgreSQL gets the rows: as in the file, or by the primary key, which is cheapest for it."""

    FILE = "d.day, p.seat"
    KEY = "d.pupil_id, d.day, d.category"


@dataclass
class AbsenceService:
    """The running service; ``pupils`` is the number of pupils used so far, so that no two files share one."""

    alone: ServiceAlone
    pupils: int = 0

    def municipality(self, rows: int) -> Municipality:
        """A municipality with new pupils, as many as ``rows`` need."""
        made = Municipality.of(rows, self.pupils, self.alone.environment.keys.lookup_keys)
        self.pupils += len(made.pupils)
        return made

    async def make_known(self, municipality: Municipality) -> None:
        """Publish the municipality's events and wait until the service has read them."""
        records = [as_record(state, "registration") for state in municipality.states()]
        wanted = await self.alone.taken() + len(records)
        log = open_event_log(self.alone.environment.bus, client_id="benchmark")
        try:
            async with log.writer("benchmark") as writer:
                for start in range(0, len(records), BATCH):
                    await writer.append(records[start : start + BATCH])
        finally:
            await log.close()

        async def all_taken() -> bool:
            return await self.alone.taken() >= wanted

        await until(all_taken, every=0.2)

    async def send(self, content: bytes, *, accepted: int, unchanged: int = 0) -> Sent:
        """Send a file and wait for its final receipt. Raises ``RuntimeError`` if the receipt has other counts."""
        return await self.alone.send(
            content, code=CODE, counts=(accepted, unchanged), kind="absence", identifier="cpr_number"
        )

    async def events(self) -> int:
        """The number of events of pupil-months that have been written to the outbox."""
        return await self.alone.written(TOPIC)

    async def copy(self, municipality: Municipality, rows: int, order: Order) -> float:
        """Seconds PostgreSQL takes to COPY the stored rows to an empty table with the same definition, including the
        commit.

        Raises ``RuntimeError`` if the number of stored rows is not ``rows``.
        """
        connection = await self.alone.made.database(SERVICE)
        try:
            stored = io.BytesIO()
            await connection.copy_from_query(
                f"SELECT {COLUMNS} FROM absence_day AS d"  # noqa: S608 - constants of ours
                " JOIN unnest($1::uuid[]) WITH ORDINALITY AS p (pupil_id, seat) USING (pupil_id)"
                f" ORDER BY {order}",
                list(municipality.pupils.values()),
                output=stored,
            )
            await connection.execute("DROP TABLE IF EXISTS peer")
            await connection.execute("CREATE TABLE peer (LIKE absence_day INCLUDING ALL)")
            stored.seek(0)
            began = time.perf_counter()
            tag = await connection.copy_to_table("peer", source=stored, columns=COLUMNS.split(", "))
            seconds = time.perf_counter() - began
            if tag != f"COPY {rows}":
                raise RuntimeError(f"{rows} rows were sent, and PostgreSQL says {tag} of what was stored")
            await connection.execute("DROP TABLE peer")
            return seconds
        finally:
            await connection.close()


@asynccontextmanager
async def absence_service() -> AsyncIterator[AbsenceService]:
    """The service alone in an embedded deployment."""
    async with service_alone(SERVICE) as alone:
        yield AbsenceService(alone)
