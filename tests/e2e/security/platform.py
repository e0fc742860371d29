"""The four services as processes, and the key of their issuer, so that tests can forge tokens."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from journey.flow import Counts, settle
from journey.platform import Platform
from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.base.settings import Profile
from libs.shared.client.addresses import Addresses
from libs.shared.contracts.topics import SERVICES
from tests.factories.unlimited import UNLIMITED
from tests.realparts.ports import free_ports


class Issuer:
    """The development issuer as a process, with a key that the tests know."""

    def __init__(self, folder: Path, port: int) -> None:
        self.key = SigningKey.fresh_or_kept(folder)
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "libs.shared.auth.issuer", "--port", str(port), "--keys", str(folder)]
        environment = os.environ | {"SKOLELOEFT_PROFILE": "development"}
        self._process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)

    async def until_ready(self) -> None:
        """Wait for its keys. Raises ``TimeoutError``."""
        async with asyncio.timeout(30), httpx.AsyncClient() as client:
            while True:
                try:
                    (await client.get(f"{self.address}/jwks")).raise_for_status()
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                else:
                    return


@dataclass(frozen=True)
class Answer:
    """An answer of a service, kept to be searched. ``what`` is method, service and path template."""

    what: str
    status: int
    headers: dict[str, str]
    content: bytes


@dataclass
class Running:
    """A running platform. ``answers`` holds all answers to every ``Visitor``."""

    deployment: Deployment
    addresses: Addresses
    issuer: Issuer
    answers: list[Answer] = field(default_factory=list)

    def visitor(self, token: str | None = None) -> "Visitor":
        """A client with this token, or without one."""
        return Visitor(self, token)

    async def settled(self) -> Counts:
        """Wait until every event has reached its subscribers."""
        async with Platform(self.addresses) as platform:
            return await settle(platform)

    async def documents(self) -> dict[str, dict[str, Any]]:
        """The OpenAPI document of each service."""
        visitor = self.visitor()
        async with visitor:
            return {name: (await visitor.ask("GET", name, "/openapi.json")).json() for name in SERVICES}


class Visitor:
    """An HTTP client that keeps every answer. ``async with`` closes its connections."""

    def __init__(self, running: Running, token: str | None) -> None:
        self._running = running
        self._client = httpx.AsyncClient(timeout=60)
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def ask(
        self,
        method: str,
        service: str,
        path: str,
        *,
        what: str = "",
        headers: dict[str, str] | None = None,
        **given: Any,
    ) -> httpx.Response:
        """Send a request; returns the answer, whatever its status."""
        url = self._running.addresses.of(service) + path
        answer = await self._client.request(method, url, headers=self._headers | (headers or {}), **given)
        name = f"{method} {service} {what or path}"
        self._running.answers.append(Answer(name, answer.status_code, dict(answer.headers), answer.content))
        return answer

    async def done(self, method: str, service: str, path: str, **given: Any) -> Any:
        """Send a request that must succeed; returns the JSON of the answer."""
        answer = await self.ask(method, service, path, **given)
        assert answer.is_success, f"{method} {service} {path}: {answer.status_code} {answer.text[:600]}"
        return answer.json()


@asynccontextmanager
async def running_platform(folder: Path, event_log: str | None = None) -> AsyncIterator[Running]:
    """A platform in ``folder``, stopped at the end of the block; the caller deletes the folder."""
    ports = Ports(free_ports())
    keys = folder / "issuer"
    keys.mkdir(mode=0o700)
    with Issuer(keys, ports.issuer + 1 + len(SERVICES)) as issuer:
        await issuer.until_ready()
        deployment = Deployment(
            folder / "home",
            ports,
            Profile.DEVELOPMENT,
            lambda _: None,
            issuer=issuer.address,
            event_log=event_log,
            more=UNLIMITED,
        )
        addresses = replace(Addresses.local(ports.base), issuer=issuer.address)
        try:
            await deployment.start()
            yield Running(deployment, addresses, issuer)
        finally:
            await deployment.stop()
