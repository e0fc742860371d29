"""One service as the embedded deployment runs it, with the others stopped, and the sending of files to it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from benchmarks.memory import proportional_set_size
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

RELAY_SECONDS = 60.0
LOOK_SECONDS, LOOK_SHARE, MEMORY_SECONDS = 0.02, 0.04, 0.1
"""A receipt is read again after ``LOOK_SHARE`` of the time that the import has taken so far, but at least
``LOOK_SECONDS``, because each look costs processor time. Memory is read every ``MEMORY_SECONDS``, or as seldom as the
receipt: each reading takes the kernel two milliseconds, and every sender reads it.
"""
AT_ONCE, PATIENT_SECONDS = 4, 0.5
"""How many senders have a file under way at a time where many files are sent, and how often each reads its receipt: a
country's municipalities do not wait for each other, and none of them asks every few milliseconds.
"""
T = TypeVar("T")


async def at_once(work: Iterable[Callable[[], Awaitable[T]]], most: int = AT_ONCE) -> list[T]:
    """The results of all this work, of which at most ``most`` are under way at a time."""
    free = asyncio.Semaphore(most)

    async def one(do: Callable[[], Awaitable[T]]) -> T:
        async with free:
            return await do()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(each)) for each in work]
    return [task.result() for task in tasks]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file whose receipt is final: seconds since its first byte was sent, and the service's highest memory in MB."""

    seconds: float
    megabytes: float
    receipt: dict[str, Any]


@dataclass
class ServiceAlone:
    """The running service. A receipt is read again after ``look_seconds`` at least."""

    name: str
    made: Deployment
    environment: Environment
    platform: Platform
    ops: Caller
    look_seconds: float = LOOK_SECONDS

    async def send(
        self,
        content: bytes,
        *,
        code: str,
        counts: tuple[int, int],
        content_type: str = "text/csv",
        **parameters: str,
    ) -> Sent:
        """Send a municipality's file and wait for its final receipt. ``parameters`` are those of the import.

        Raises ``RuntimeError`` if the receipt has other ``counts`` of accepted and unchanged rows.
        """
        watching = asyncio.create_task(self._most_memory())
        began = time.perf_counter()
        try:
            receipt = await self._final(content, began, code, content_type, parameters)
            seconds = time.perf_counter() - began
        finally:
            watching.cancel()
        most = await watching
        found = (receipt["state"], receipt["accepted"], receipt["unchanged"])
        if found != ("completed", *counts):
            raise RuntimeError(f"the receipt says {found}: {receipt['refused_by_code']}")
        return Sent(seconds, most, receipt)

    async def written(self, topic: str) -> int:
        """The number of events of this topic that have been written to the outbox."""
        outbox = (await self.ops.call(FLOW, service=self.name)).outbox
        return outbox[topic].written if topic in outbox else 0

    async def taken(self) -> int:
        """The number of events that the service has read."""
        return sum((await self.ops.call(FLOW, service=self.name)).inbox.values())

    @asynccontextmanager
    async def relay_at_rest(self) -> AsyncIterator[None]:
        """Inside the block another connection holds the relay's lock: the service writes events and publishes none."""
        child = self.made.children[self.name]
        await child.stop()
        holder = await self.made.database(self.name)
        try:
            await hold(holder, Lock.RELAY, wait_seconds=RELAY_SECONDS)
            await child.start()
            await until(self._ready, every=0.1)
            yield
        finally:
            await holder.close()

    async def _final(
        self, content: bytes, began: float, code: str, content_type: str, parameters: dict[str, str]
    ) -> dict[str, Any]:
        caller = await self.platform.caller("municipality_integration", code)
        response = await caller.request(
            "POST",
            self.name,
            "/v1/imports",
            params={"municipality": code, **parameters},
            headers={"Idempotency-Key": str(uuid4()), "Content-Type": content_type},
            content=content,
        )
        if response.is_error:
            raise Refused(response)
        receipt: dict[str, Any] = response.json()
        while receipt["state"] not in FINAL:
            await asyncio.sleep(max(self.look_seconds, LOOK_SHARE * (time.perf_counter() - began)))
            receipt = await caller.get(self.name, f"/v1/imports/{receipt['id']}")
        return receipt

    async def _most_memory(self) -> float:
        """The highest memory until the task is cancelled, in MB."""
        most = 0.0
        try:
            while True:
                process = self.made.children[self.name].process
                if process is not None:
                    most = max(most, proportional_set_size(process.pid) / 1e6)
                await asyncio.sleep(max(MEMORY_SECONDS, self.look_seconds))
        except asyncio.CancelledError:
            return most

    async def _ready(self) -> bool:
        return (await self.ops.request("GET", self.name, "/health/ready")).is_success


@asynccontextmanager
async def service_alone(name: str) -> AsyncIterator[ServiceAlone]:
    """The service alone in an embedded deployment, on a PostgreSQL with production's durability settings."""
    async with deployment() as made:
        await asyncio.gather(*(made.children[other].stop() for other in SERVICES if other != name))
        if made.environment is None:
            raise RuntimeError("the deployment is not started")
        async with Platform(Addresses.local(made.ports.base)) as platform:
            yield ServiceAlone(name, made, made.environment, platform, await platform.caller("ops"))
