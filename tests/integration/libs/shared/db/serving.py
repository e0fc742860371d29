"""A service's API in processes of its own, and callers that continue while one process replaces another."""

import asyncio
import base64
import os
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.factories.unlimited import UNLIMITED
from tests.realparts.ports import free_port

ROOT = Path(__file__).parents[5]
START_SECONDS = 90.0
DRAIN_SECONDS = 2.0


def _ring() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass
class Serving:
    """Starts processes of registration's API; the keys are the same for all of them."""

    issuer: str
    rings: dict[str, str] = field(
        default_factory=lambda: (
            {f"REGISTRATION_{name}_KEYS": _ring() for name in ("DATA", "LOOKUP", "BLIND_INDEX")}
            | {"SKOLELOEFT_REQUEST_KEYS": _ring()}
        )
    )

    @asynccontextmanager
    async def process(self, database_url: str) -> AsyncIterator["Process"]:
        """A process that is ready."""
        port = free_port()
        environment = {
            **os.environ,
            **self.rings,
            "PYTHONPATH": str(ROOT),
            "SKOLELOEFT_PROFILE": "development",
            "SKOLELOEFT_OIDC_ISSUER": self.issuer,
            "SKOLELOEFT_EVENT_LOG": "memory:",
            "SKOLELOEFT_LOG_LEVEL": "ERROR",
            "REGISTRATION_DATABASE_URL": database_url,
            "REGISTRATION_PORT": str(port),
            "REGISTRATION_DRAIN_SECONDS": str(DRAIN_SECONDS),
            **{f"REGISTRATION_{name}": told for name, told in UNLIMITED.items()},
        }
        command = [sys.executable, "-m", "services.registration", "api"]
        started = await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT)
        made = Process(f"http://127.0.0.1:{port}", started)
        try:
            await made.until_ready()
            yield made
        finally:
            if started.returncode is None:
                started.kill()
            await started.wait()


@dataclass
class Process:
    """A running API."""

    url: str
    started: asyncio.subprocess.Process

    async def until_ready(self) -> None:
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass  # not listening yet
                assert self.started.returncode is None, "the process ended"
                await asyncio.sleep(0.05)

    async def drain(self) -> int:
        """End it with SIGTERM, as a cluster does; returns its exit code."""
        self.started.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            return await self.started.wait()


@contextmanager
def issuer() -> Iterator[str]:
    """The development issuer's address."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SKOLELOEFT_PROFILE": "development"}
    command = [sys.executable, "-m", "libs.shared.auth.issuer", "--port", str(port)]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


async def token(address: str) -> str:
    """A token of a caller who may read schools and invite municipalities."""
    wanted = {"roles": ["secretariat", "municipality_integration"], "municipality_codes": ["101"]}
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
        while True:
            try:
                answer = await client.post(f"{address}/token", json=wanted)
                return str(answer.raise_for_status().json()["access_token"])
            except httpx.TransportError:
                await asyncio.sleep(0.05)


@dataclass
class Callers:
    """``number`` callers read and write at ``target`` without a pause; their answers are counted by status."""

    target: str
    token: str
    number: int = 1
    answers: Counter[str] = field(default_factory=Counter)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def call(self, place: int) -> None:
        clients: dict[str, httpx.AsyncClient] = {}
        condition = {"If-None-Match": "*"}
        try:
            while True:
                if place >= self.number:
                    await asyncio.sleep(0.05)
                    continue
                code = str(101 + place)
                body = {"status": "accepted"}
                path = f"/v1/municipalities/{code}"
                await self.count(self._client(clients).put(path, json=body, headers=condition))
                condition = {"If-Match": "*"}
                await self.count(self._client(clients).get("/v1/schools", params={"municipality": "101"}))
        finally:
            for client in clients.values():
                await client.aclose()

    def _client(self, clients: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
        """A client of the current target, so that new requests go to the new process, as behind a load balancer."""
        if self.target not in clients:
            headers = {"Authorization": f"Bearer {self.token}"}
            clients[self.target] = httpx.AsyncClient(base_url=self.target, headers=headers, timeout=60)
        return clients[self.target]

    async def count(self, call: Awaitable[httpx.Response]) -> None:
        try:
            self.answers[str((await call).status_code)] += 1
        except httpx.TransportError as failure:
            self.answers[type(failure).__name__] += 1

    @asynccontextmanager
    async def calling(self, most: int) -> AsyncIterator[None]:
        """Call until the end of the block, or until ``stop``."""
        self.tasks = [asyncio.create_task(self.call(place)) for place in range(most)]
        try:
            yield
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Cancel the running requests, which are not counted."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def more(self, answers: int) -> None:
        """Wait until this many more requests have been answered."""
        wanted = self.answers.total() + answers
        async with asyncio.timeout(START_SECONDS):
            while self.answers.total() < wanted:  # noqa: ASYNC110 - many tasks count
                await asyncio.sleep(0.02)
