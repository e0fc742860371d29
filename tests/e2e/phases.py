"""Kills the worker of a file in a chosen phase, when a step of that phase is done and its transaction is open.

Triggers in the service's database stop each step just before it gives its claim back, and before the counts of a slice
are stored, for as long as the test holds the lock of that moment. So it comes on any machine, however fast the file is
processed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
from sqlalchemy import make_url

from libs.shared.client.caller import Caller
from libs.shared.client.imports.models import Receipt
from synthetic.forecast import FileForecast
from tests.e2e.faults import MOMENT_SECONDS, CutOff, Faults, start_upload, upload_cut_off

CODE = "101"
STEPS = ("staging", "settling", "applying")
APPLIED = "applied"
"""The moment at which a slice is applied; a small file has no claim of that step."""
_TRIGGER = """
CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext(OLD.phase)); RETURN OLD; END$$;
CREATE TRIGGER wait_for_the_test BEFORE DELETE ON import_claim FOR EACH ROW EXECUTE FUNCTION wait_for_the_test();
CREATE FUNCTION wait_when_applied() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext('applied')); RETURN NEW; END$$;
CREATE TRIGGER wait_when_applied BEFORE INSERT ON import_slice FOR EACH ROW EXECUTE FUNCTION wait_when_applied();
"""
_NO_TRIGGER = """
DROP TRIGGER wait_for_the_test ON import_claim; DROP FUNCTION wait_for_the_test();
DROP TRIGGER wait_when_applied ON import_slice; DROP FUNCTION wait_when_applied();
"""
_WAITS = """
SELECT true FROM pg_locks
 WHERE locktype = 'advisory' AND NOT granted AND objid::bigint = hashtext($1)::bigint & 4294967295
"""


class PhaseKills:
    """Kills absence_ingest's processes during two files of absence: for one while its body arrives, for the other in
    each phase, so that several workers in turn process it.

    ``worker`` and ``api`` are the names of the processes, which are one in an embedded deployment.
    """

    def __init__(self, faults: Faults, folder: Path, *, worker: str, api: str) -> None:
        self.faults = faults
        self.folder = folder
        self.worker = worker
        self.api = api
        self.harm: list[Callable[[FileForecast], Awaitable[None]]] = [
            self.receiving,
            self.working,
        ]

    async def __call__(self, file: FileForecast) -> None:
        """Called by the journey before it sends a file."""
        if file.kind == "absence" and self.harm:
            await self.harm.pop(0)(file)

    async def start(self, file: FileForecast, key: str | None = None) -> Receipt:
        """Send the file as the journey will, by default with the same key and so with the same receipt."""
        return await start_upload(await self.caller(), file, self.content(file), CODE, key)

    def content(self, file: FileForecast) -> bytes:
        """The file's body."""
        return (self.folder / file.path).read_bytes()

    async def caller(self) -> Caller:
        """The caller who sends the municipality's files."""
        return await self.faults.platform.caller("municipality_integration", CODE)

    async def receiving(self, file: FileForecast) -> None:
        """Kill the API while the body arrives."""
        upload = CutOff(
            self.content(file), file.content_type, cut=lambda: self.faults.kill(self.api), shares=(0.2, 0.4, 0.6)
        )
        self.faults.hit["receiving"] = await upload_cut_off(await self.caller(), file, upload, CODE)

    async def working(self, file: FileForecast) -> None:
        """Kill the worker in each phase of a file whose steps have transactions of their own."""
        async with self._stopped_in(STEPS) as connection:
            receipt = await self.start(file)
            for phase in STEPS:
                self.faults.hit[phase] = await self._killed_in(connection, receipt.id, phase)
                await connection.execute("SELECT pg_advisory_unlock(hashtext($1))", phase)

    async def together(self, file: FileForecast) -> None:
        """Kill the worker when it has applied a small file whose steps are done in one transaction."""
        async with self._stopped_in([APPLIED]) as connection:
            receipt = await self.start(file)
            seen = await self._killed_in(connection, receipt.id, APPLIED)
        assert "applying" not in seen, f"the step that was killed had a transaction of its own: {seen}"
        self.faults.hit["together"] = seen

    @asynccontextmanager
    async def _stopped_in(self, phases: Sequence[str]) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """A connection to the service's database that stops every step of the phases, or moments, at its end."""
        environment = self.faults.deployment.environment
        assert environment is not None
        address = make_url(environment.admin_url).set(database="absence_ingest")
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        try:
            for phase in phases:
                await connection.execute("SELECT pg_advisory_lock(hashtext($1))", phase)
            await connection.execute(_TRIGGER)
            try:
                yield connection
            finally:
                await connection.execute("SELECT pg_advisory_unlock_all()")
                await connection.execute(_NO_TRIGGER)
        finally:
            await connection.close()

    async def _killed_in(self, connection: "asyncpg.Connection[asyncpg.Record]", receipt: UUID, phase: str) -> str:
        """Kill the worker when a step of the phase stands at its end; the claims that are committed at that moment."""
        async with asyncio.timeout(MOMENT_SECONDS):
            # The lock of PostgreSQL is waited for by the worker alone, so there is no event for the test.
            while not await connection.fetchval(_WAITS, phase):  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.02)
        rows = await connection.fetch(
            "SELECT phase, number FROM import_claim WHERE receipt_id = $1 ORDER BY phase, number", receipt
        )
        await self.faults.kill(self.worker)
        return ", ".join(f"step {row['number']} of {row['phase']}" for row in rows)
