"""Kills the worker of a file in a chosen phase, when a step of that phase is begun and its transaction is open."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import make_url

from libs.shared.client.caller import Caller
from libs.shared.client.imports.models import FINAL, Receipt
from synthetic.forecast import FileForecast
from tests.e2e.faults import CutOff, Faults, start_upload, upload_cut_off

CODE = "101"
STEPS = ("staging", "settling", "applying")
TIMES = 10


class PassedBy(Exception):
    """The file was finished before the moment came."""


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
        """Kill the worker in each phase of a file. A file that is finished too soon is sent again with another key."""
        key: str | None = None
        for _ in range(TIMES):
            try:
                await self._each_phase(file, key)
            except PassedBy:
                key = uuid4().hex
            else:
                return
        raise AssertionError(f"in {TIMES} files the worker was met in {self.faults.hit} alone")

    async def _each_phase(self, file: FileForecast, key: str | None) -> None:
        if self.worker != self.api:
            await self.faults.halt(self.worker)
        receipt = await self.start(file, key)
        connection = await self._connection()
        try:
            for phase in STEPS:
                await self.faults.kill_when(phase, self.worker, partial(self._at, connection, receipt.id, phase))
        finally:
            await connection.close()

    async def _connection(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection to the service's database, because the process that answers HTTP may be halted."""
        environment = self.faults.deployment.environment
        assert environment is not None
        address = make_url(environment.admin_url).set(database="absence_ingest")
        return await asyncpg.connect(address.render_as_string(hide_password=False))

    async def _at(self, connection: "asyncpg.Connection[asyncpg.Record]", receipt: UUID, phase: str) -> str | None:
        """A description of the current step if it is of the phase; None otherwise. Raises ``PassedBy``."""
        step = await connection.fetchval(
            "SELECT number FROM import_claim WHERE receipt_id = $1 AND phase = $2", receipt, phase
        )
        if step is not None:
            return f"step {step} of {phase}"
        if await connection.fetchval("SELECT state FROM import_receipt WHERE id = $1", receipt) in FINAL:
            raise PassedBy
        return None
