"""Killing whoever works on a file in a chosen phase of it: a step of that phase is begun, and its transaction open."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import make_url

from journey.platform import Caller
from journey.sending import FINAL, request_of
from synthetic.forecast import FileForecast
from tests.e2e.faults import Faults, start_upload, upload_cut_off

CODE = "101"
STEPS = ("staging", "settling", "applying")
TIMES = 10


class PassedBy(Exception):
    """The file was done before the moment came."""


class PhaseKills:
    """Kills absence_ingest's processes over two files of absence: one while its body comes in, one in each phase of
    its way, so that three workers after each other have to do with it.

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
        """Before a file of absence is sent by the journey."""
        if file.kind == "absence" and self.harm:
            await self.harm.pop(0)(file)

    def request(self, file: FileForecast) -> tuple[bytes, dict[str, Any]]:
        """The body and the request as the journey will send them: the same key, so the same receipt."""
        content = (self.folder / file.path).read_bytes()
        return content, request_of(
            content, kind=file.kind, municipality=CODE, content_type=file.content_type, identifier=file.identifier
        )

    async def caller(self) -> Caller:
        """Who sends the municipality's files."""
        return await self.faults.platform.caller("municipality_integration", CODE)

    async def receiving(self, file: FileForecast) -> None:
        """While the body comes in."""
        caller = await self.caller()
        content, request = self.request(file)
        self.faults.hit["receiving"] = await upload_cut_off(
            caller, content, request, cut=lambda: self.faults.kill(self.api), pieces=(0.2, 0.4, 0.6)
        )

    async def working(self, file: FileForecast) -> None:
        """In each phase of a file. If it is done too soon, it is sent again as another; its rows are unchanged then."""
        caller = await self.caller()
        content, request = self.request(file)
        for _ in range(TIMES):
            try:
                await self._each_phase(caller, content, request)
            except PassedBy:
                request = {**request, "headers": {**request["headers"], "Idempotency-Key": uuid4().hex}}
            else:
                return
        raise AssertionError(f"in {TIMES} files the worker was met in {self.faults.hit} alone")

    async def _each_phase(self, caller: Caller, content: bytes, request: dict[str, Any]) -> None:
        if self.worker != self.api:
            await self.faults.halt(self.worker)
        receipt = await start_upload(caller, content, request)
        connection = await self._connection()
        try:
            for phase in STEPS:
                await self.faults.kill_when(
                    phase, self.worker, partial(self._at, connection, UUID(receipt["id"]), phase)
                )
        finally:
            await connection.close()

    async def _connection(self) -> "asyncpg.Connection[asyncpg.Record]":
        """To the service's database: who answers HTTP may be the process that is halted."""
        environment = self.faults.deployment.environment
        assert environment is not None
        address = make_url(environment.admin_url).set(database="absence_ingest")
        return await asyncpg.connect(address.render_as_string(hide_password=False))

    async def _at(self, connection: "asyncpg.Connection[asyncpg.Record]", receipt: UUID, phase: str) -> str | None:
        """The step of the phase that is under way. Raises ``PassedBy``."""
        step = await connection.fetchval(
            "SELECT number FROM import_claim WHERE receipt_id = $1 AND phase = $2", receipt, phase
        )
        if step is not None:
            return f"step {step} of {phase}"
        if await connection.fetchval("SELECT state FROM import_receipt WHERE id = $1", receipt) in FINAL:
            raise PassedBy
        return None
