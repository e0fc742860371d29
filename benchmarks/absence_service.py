"""``absence_ingest`` as the embedded deployment runs it, and the sending of files to it."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

from benchmarks.events import BATCH, TOPIC, as_record
from benchmarks.memory import proportional_set_size
from benchmarks.municipality import CODE, Municipality
from benchmarks.places import deployment, until
from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Environment
from journey.platform import Platform
from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.errors import Refused
from libs.shared.client.flow.operations import FLOW
from libs.shared.client.imports.models import FINAL
from libs.shared.contracts.topics import SERVICES
from libs.shared.db.locks import Lock, hold
from libs.shared.eventlog.factory import open_event_log

SERVICE: str = "absence_ingest"
OTHERS = tuple(name for name in SERVICES if name != SERVICE)
RELAY_SECONDS = 60.0
LOOK_SECONDS, LOOK_SHARE, MEMORY_SECONDS = 0.02, 0.04, 0.1
"""A receipt is read again after ``LOOK_SHARE`` of the time that the import has taken so far, but at least
``LOOK_SECONDS``, because each look costs processor time. Memory is read every ``MEMORY_SECONDS``.
"""

COLUMNS = "pupil_id, day, category, halves, as_of, municipality_code"


class Order(StrEnum):
    """The order in which PostgreSQL gets the rows: as in the file, or by the primary key, which is cheapest for it."""

    FILE = "d.day, p.seat"
    KEY = "d.pupil_id, d.day, d.category"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file whose receipt is final: seconds since its first byte was sent, and the service's highest memory in MB."""

    seconds: float
    megabytes: float
    receipt: dict[str, Any]


@dataclass
class AbsenceService:
    """The running service; ``pupils`` is the number of pupils used so far, so that no two files share one."""

    made: Deployment
    environment: Environment
    municipal: Caller
    ops: Caller
    pupils: int = 0

    def municipality(self, rows: int) -> Municipality:
        """A municipality with new pupils, as many as ``rows`` need."""
        made = Municipality.of(rows, self.pupils, self.environment.keys.lookup_keys)
        self.pupils += len(made.pupils)
        return made

    async def make_known(self, municipality: Municipality) -> None:
        """Publish the municipality's events and wait until the service has read them."""
        records = [as_record(state, "registration") for state in municipality.states()]
        wanted = await self._taken() + len(records)
        log = open_event_log(self.environment.bus, client_id="benchmark")
        try:
            async with log.writer("benchmark") as writer:
                for start in range(0, len(records), BATCH):
                    await writer.append(records[start : start + BATCH])
        finally:
            await log.close()

        async def all_taken() -> bool:
            return await self._taken() >= wanted

        await until(all_taken, every=0.2)

    async def send(self, content: bytes, *, accepted: int, unchanged: int = 0) -> Sent:
        """Send a file and wait for its final receipt. Raises ``RuntimeError`` if the receipt has other counts."""
        watching = asyncio.create_task(self._most_memory())
        began = time.perf_counter()
        try:
            receipt = await self._final(content, began)
            seconds = time.perf_counter() - began
        finally:
            watching.cancel()
        most = await watching
        found = (receipt["state"], receipt["accepted"], receipt["unchanged"])
        if found != ("completed", accepted, unchanged):
            raise RuntimeError(f"the receipt says {found}: {receipt['refused_by_code']}")
        return Sent(seconds, most, receipt)

    async def events(self) -> int:
        """The number of events of pupil-months that have been written to the outbox."""
        outbox = (await self.ops.call(FLOW, service=SERVICE)).outbox
        return outbox[TOPIC].written if TOPIC in outbox else 0

    @asynccontextmanager
    async def relay_at_rest(self) -> AsyncIterator[None]:
        """Inside the block another connection holds the relay's lock: the service writes events and publishes none."""
        child = self.made.children[SERVICE]
        await child.stop()
        holder = await self.made.database(SERVICE)
        try:
            await hold(holder, Lock.RELAY, wait_seconds=RELAY_SECONDS)
            await child.start()
            await until(self._ready, every=0.1)
            yield
        finally:
            await holder.close()

    async def copy(self, municipality: Municipality, rows: int, order: Order) -> float:
        """Seconds PostgreSQL takes to COPY the stored rows to an empty table with the same definition, including the
        commit.

        Raises ``RuntimeError`` if the number of stored rows is not ``rows``.
        """
        connection = await self.made.database(SERVICE)
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

    async def _final(self, content: bytes, began: float) -> dict[str, Any]:
        response = await self.municipal.request(
            "POST",
            SERVICE,
            "/v1/imports",
            params={"kind": "absence", "municipality": CODE, "identifier": "cpr_number"},
            headers={"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"},
            content=content,
        )
        if response.is_error:
            raise Refused(response)
        receipt: dict[str, Any] = response.json()
        while receipt["state"] not in FINAL:
            await asyncio.sleep(max(LOOK_SECONDS, LOOK_SHARE * (time.perf_counter() - began)))
            receipt = await self.municipal.get(SERVICE, f"/v1/imports/{receipt['id']}")
        return receipt

    async def _most_memory(self) -> float:
        """The highest memory until the task is cancelled, in MB."""
        most = 0.0
        try:
            while True:
                process = self.made.children[SERVICE].process
                if process is not None:
                    most = max(most, proportional_set_size(process.pid) / 1e6)
                await asyncio.sleep(MEMORY_SECONDS)
        except asyncio.CancelledError:
            return most

    async def _taken(self) -> int:
        return sum((await self.ops.call(FLOW, service=SERVICE)).inbox.values())

    async def _ready(self) -> bool:
        return (await self.ops.request("GET", SERVICE, "/health/ready")).is_success


@asynccontextmanager
async def absence_service() -> AsyncIterator[AbsenceService]:
    """The service alone in an embedded deployment, on a PostgreSQL with production's durability settings."""
    async with deployment() as made:
        await asyncio.gather(*(made.children[name].stop() for name in OTHERS))
        if made.environment is None:
            raise RuntimeError("the deployment is not started")
        async with Platform(Addresses.local(made.ports.base)) as platform:
            municipal = await platform.caller("municipality_integration", CODE)
            yield AbsenceService(made, made.environment, municipal, await platform.caller("ops"))
