"""Kills real processes at chosen moments: a process is halted first, then examined, and killed only at the right
moment.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from deploy.embedded import orphans
from deploy.embedded.children import Child
from deploy.embedded.composition import Deployment
from deploy.embedded.home import Layout
from deploy.embedded.server_user import server_user
from journey.platform import Platform
from libs.shared.client.caller import Caller
from libs.shared.client.errors import NotReached
from libs.shared.client.flow.operations import FLOW
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import Receipt
from libs.shared.client.imports.uploads import Content, Progress, no_progress
from libs.shared.client.repeating import Patience
from libs.shared.contracts.topics import SERVICES, subscribed
from libs.shared.eventlog.port import EventLog, LogConsumer
from synthetic.forecast import FileForecast

ABSENCE_TOPICS = ("absence.pupil-month", "absence.completeness")
MOMENT_SECONDS = 60.0


@dataclass
class Faults:
    """The faults of one journey; ``hit`` holds the moments that were really hit, each with the observed state.

    ``killed`` holds the killed processes, so that the next call waits for their successors.
    """

    deployment: Deployment
    platform: Platform
    log: EventLog
    hit: dict[str, str] = field(default_factory=dict)
    killed: set[int] = field(default_factory=set)
    reader: LogConsumer | None = None
    seen: int = 0

    async def kill_when(
        self, name: str, child: str, moment: Callable[[], Awaitable[str | None]], *, seconds: float = MOMENT_SECONDS
    ) -> None:
        """Halt the child repeatedly until ``moment`` returns a description, then kill it; fails after ``seconds``."""
        process = await self._running(child)
        async with asyncio.timeout(seconds):
            while name not in self.hit:
                os.kill(process, signal.SIGSTOP)
                try:
                    seen = await moment()
                except BaseException:
                    os.kill(process, signal.SIGCONT)
                    raise
                if seen is not None:
                    os.kill(process, signal.SIGKILL)
                    self.killed.add(process)
                    self.hit[name] = seen
                    return
                os.kill(process, signal.SIGCONT)
                await asyncio.sleep(0.003)

    async def halt(self, child: str) -> None:
        """Halt a process with SIGSTOP."""
        os.kill(await self._running(child), signal.SIGSTOP)

    async def kill(self, child: str) -> None:
        """Kill a process with SIGKILL."""
        process = await self._running(child)
        os.kill(process, signal.SIGKILL)
        self.killed.add(process)

    async def kill_server(self) -> None:
        """Kill the embedded database server, and wait until the supervisor has started another."""
        os.kill(self._postmaster(), signal.SIGKILL)
        await self.all_ready()

    async def stop_server(self, seconds: float) -> None:
        """Halt the whole server for a while: connections are accepted, but nothing is answered."""
        pids = self._server().all
        _signal_all(pids, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        _signal_all(pids, signal.SIGCONT)
        await self.all_ready()

    async def hang_postmaster(self) -> None:
        """Halt the postmaster for good: new connections are accepted but not served, old ones continue."""
        former = self._postmaster()
        os.kill(former, signal.SIGSTOP)
        async with asyncio.timeout(MOMENT_SECONDS):
            while self._server().postmaster in {former, None}:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.1)
        await self.all_ready()

    async def replace(self, child: str, number: signal.Signals) -> None:
        """Kill a process (SIGKILL) or halt it for good (SIGSTOP), and wait until the supervisor has replaced it."""
        process = await self._running(child)
        os.kill(process, number)
        self.killed.add(process)
        await self._running(child)
        await self.all_ready()

    async def all_ready(self) -> None:
        """Wait until every service reports that it is ready."""
        ports = self.deployment.ports
        async with asyncio.timeout(MOMENT_SECONDS), httpx.AsyncClient(timeout=10) as client:
            for service in SERVICES:
                while not await _ready(client, ports.of(service)):  # noqa: ASYNC110 - there is no event for it
                    await asyncio.sleep(0.1)

    def _server(self) -> orphans.ServerProcesses:
        return orphans.find(Layout(self.deployment.home), server_user())

    def _postmaster(self) -> int:
        found = self._server().postmaster
        assert found is not None, "no database server runs"
        return found

    async def kill_behind(self, name: str, child: str, group: str) -> None:
        """Kill a halted child once its group's lag is above zero."""
        async with asyncio.timeout(MOMENT_SECONDS):
            lag = await self.lag(group)
            while lag == 0:
                await asyncio.sleep(0.1)
                lag = await self.lag(group)
        await self.kill(child)
        self.hit[name] = f"lag {lag}"

    async def in_the_middle_of_a_batch(self, ahead_before: int) -> str | None:
        """A description if the relay has appended events that it has not marked, so the log is further ahead of the
        outbox.
        """
        ahead = await self.log_ahead_of_outbox()
        return f"{ahead - ahead_before} events on the log and not marked" if ahead > ahead_before else None

    async def log_ahead_of_outbox(self) -> int:
        """The number of absence records on the log minus the rows marked as published. Repeated records count too."""
        # The producer alone is asked: the moment looked for is short, and every service counts all its tables.
        outbox = (await (await self.platform.caller("ops")).call(FLOW, service="absence_ingest")).outbox
        published = sum(outbox[topic].published for topic in ABSENCE_TOPICS if topic in outbox)
        return await self._records() - published

    async def _records(self) -> int:
        """The number of records on the log. They are read, because not every offset is a record; each call
        continues.
        """
        if self.reader is None:
            self.reader = self.log.consumer(f"faults-{uuid4().hex}", ABSENCE_TOPICS)
            await self.reader.start()
        ends = await self.log.end_offsets(ABSENCE_TOPICS)
        while any(
            at not in self.reader.assignment() or (self.reader.position(at) or 0) < end for at, end in ends.items()
        ):
            self.seen += len(await self.reader.poll(max_records=2000, wait_seconds=0.2))
        return self.seen

    async def close(self) -> None:
        """Close the reader of the log."""
        if self.reader is not None:
            await self.reader.close()

    async def lag(self, group: str) -> int:
        """The number of offsets that the group has not committed."""
        topics = subscribed(group)
        ends, done = await self.log.end_offsets(topics), await self.log.committed(group, topics)
        return sum(end - done.get(at, 0) for at, end in ends.items())

    async def _running(self, name: str) -> int:
        """Wait until the child runs (again); returns its process id."""
        child: Child = self.deployment.children[name]
        async with asyncio.timeout(MOMENT_SECONDS):
            # The supervisor starts it again by itself, without an event.
            while child.process is None or child.process.returncode is not None or child.process.pid in self.killed:  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.05)
        return child.process.pid


def _signal_all(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself, or the supervisor has ended it
            os.kill(pid, number)


async def _ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def start_upload(
    caller: Caller, file: FileForecast, content: bytes, code: str, key: str | None = None
) -> Receipt:
    """Upload without waiting for the result; returns the receipt at the end of the upload."""
    return await Imports(caller, "absence_ingest").send(
        Content(content, file.content_type),
        kind=file.kind,
        municipality=code,
        identifier=file.identifier,
        key=key,
        wait=False,
    )


@dataclass(frozen=True, slots=True)
class CutOff(Content):
    """A body that is sent slowly; ``cut`` is called after the last of ``shares``."""

    cut: Callable[[], Awaitable[None]] = field(kw_only=True)
    shares: Sequence[float] = field(kw_only=True)

    async def pieces(self, progress: Progress = no_progress) -> AsyncIterator[bytes]:
        begin = 0
        for share in self.shares:
            end = int(len(self.content) * share)
            yield self.content[begin:end]
            begin = end
            await asyncio.sleep(0.3)
        await self.cut()
        while begin < len(self.content):
            yield self.content[begin : begin + 1024]
            begin += 1024
            await asyncio.sleep(0.05)


async def upload_cut_off(caller: Caller, file: FileForecast, upload: CutOff, code: str) -> str:
    """Send a body that is cut off, without a retry; returns a description of the client's error."""
    once = Imports(caller.patient(Patience(seconds=0.0)), "absence_ingest")
    try:
        receipt = await once.send(upload, kind=file.kind, municipality=code, identifier=file.identifier)
    except NotReached as away:
        return f"{away.params['why']} after {int(upload.shares[-1] * 100)} % of the body"
    raise AssertionError(f"the API answered {receipt.state}: it was not killed while the body came in")
