"""All four services, their database server and the event log in one process tree on this machine."""

import asyncio
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx

from deploy.embedded.backups import after_restore
from deploy.embedded.children import Child
from deploy.embedded.environment import Environment, Ports
from deploy.embedded.errors import NotReady, PortInUse
from deploy.embedded.keys import load_or_make
from deploy.embedded.log_writer import IDLE_SECONDS
from deploy.embedded.logs import Logs
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.service_users import ISSUER, Runners, runners
from deploy.embedded.settings import EmbeddedSettings
from deploy.embedded.supervision import Supervision
from libs.shared.base.settings import Profile
from libs.shared.contracts.topics import SERVICES
from libs.shared.db.bootstrap import bootstrap
from libs.shared.db.migrate import migrate
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.postgres.migrate import migrate as migrate_event_log
from libs.shared.eventlog.topics import specs

READY_SECONDS = 90.0
CONTENT, RESTORE = "content", "restore"
"""The logs of the commands that run before the services start."""
MIGRATIONS = {name: Path(__file__).parents[2] / "services" / name / "migrations" for name in SERVICES}
Report = Callable[[str], None]


@dataclass
class Deployment:
    """One embedded deployment in ``home``.

    ``issuer`` None starts the development issuer, which the production profile refuses. ``event_log`` names another log
    than the embedded one. ``split`` runs API and worker of a service as two processes. ``more`` are further settings of
    every service, without their prefix. ``settings`` are the limits of watching and of the logs.
    """

    home: Path
    ports: Ports
    profile: Profile
    report: Report
    issuer: str | None = None
    event_log: str | None = None
    split: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    settings: EmbeddedSettings = field(default_factory=EmbeddedSettings)
    children: dict[str, Child] = field(default_factory=dict)
    _supervision: Supervision | None = field(default=None, repr=False)
    _logs: Logs | None = field(default=None, repr=False)
    _postgres: EmbeddedPostgres | None = field(default=None, repr=False)
    _runners: Runners = field(default_factory=Runners, repr=False)
    environment: Environment | None = None

    def wipe(self) -> None:
        """Delete this deployment's data, keys and logs for good."""
        EmbeddedPostgres(self.home).wipe()
        for folder in ("logs", "services"):
            shutil.rmtree(self.home / folder, ignore_errors=True)
        for name in ("keys.json", after_restore.MARKER):
            (self.home / name).unlink(missing_ok=True)

    async def start(self) -> Environment:
        """Start everything and return when every service is ready. Raises a ``Problem`` with the reason."""
        after_restore.owing(self.home)  # refuses a home whose restore was interrupted
        for port in self.ports.all():
            _require_free(port)
        self._postgres = EmbeddedPostgres(
            self.home, settings={"log_rotation_size": f"{self.settings.log_bytes // 1024}kB"}
        )
        await asyncio.to_thread(self._postgres.start)
        self.report("database server is up")
        self._runners = await asyncio.to_thread(runners, self.home, self.settings.programs)
        keys = load_or_make(self.home / "keys.json")
        issuer = self.issuer or f"http://127.0.0.1:{self.ports.issuer}"
        made = Environment(
            self._postgres.superuser_dsn(), keys, self.ports, self.profile, issuer, self.event_log, self.more
        )
        self.environment = made
        await bootstrap(made.admin_url, made.roles())
        for name in SERVICES:
            await migrate(MIGRATIONS[name], made.address(name, "owner"))
        await migrate_event_log(made.address("eventlog", "owner"))
        await self._apply_topics(made)
        self.report("databases are migrated, topics are applied")
        self._logs = Logs(self.home / "logs", [CONTENT, RESTORE, *self._names()], self.settings)
        self._logs.start()
        await after_restore.settle(self.home, self._raise_versions, self.report)
        await self._run(CONTENT, "services.intervention_catalog", "content", "load", service="intervention_catalog")
        self._supervision = Supervision(self.settings, self.report)
        self._supervision.watch_server(self._postgres)
        self._supervision.watch_logs(self._logs)
        await self._start_children(made)
        await self._until_ready(made)
        if self.event_log is None:
            self._supervision.compact(made.bus)
        return made

    async def stop(self) -> None:
        """Stop watching, then the services, then the server."""
        if self._supervision is not None:
            await self._supervision.close()
        await asyncio.gather(*(child.stop() for child in self.children.values()))
        if self._postgres is not None:
            await asyncio.to_thread(self._postgres.stop)
        if self._logs is not None:
            await asyncio.to_thread(self._logs.close)

    async def database(self, name: str) -> "asyncpg.Connection[asyncpg.Record]":
        """A superuser's connection to one of the databases, for counting; the caller closes it."""
        if self._postgres is None:
            raise NotReady(service=name, log="(not started)")
        return await asyncpg.connect(self._postgres.superuser_dsn(name))

    async def _apply_topics(self, made: Environment) -> None:
        log = open_event_log(made.bus, client_id="embedded")
        try:
            await log.start()
            await log.apply_topics(specs())
        finally:
            await log.close()

    def _names(self) -> list[str]:
        """The names of the long-running children."""
        issuer = [ISSUER] if self.issuer is None else []
        return issuer + [f"{name}-{part}" if self.split else name for name in SERVICES for part in self._parts()]

    def _parts(self) -> tuple[str, ...]:
        return ("api", "worker") if self.split else ("all",)

    def _child(self, name: str, *arguments: str, environment: dict[str, str], service: str, keep: bool = True) -> Child:
        if self._logs is None:
            raise NotReady(service=name, log="(not started)")
        log, output = self._logs.path(name), self._logs.output(name)
        return Child(name, list(arguments), environment, log, keep, output, self._runners.runner(service))

    async def _raise_versions(self, service: str) -> None:
        await self._run(RESTORE, f"services.{service}", after_restore.COMMAND, service=service)

    async def _run(self, log: str, *arguments: str, service: str) -> None:
        """Run one command of a service to its end, before the services start."""
        if self.environment is None:
            raise NotReady(service=service, log="(not started)")
        child = self._child(log, *arguments, environment=self.environment.of(service), service=service, keep=False)
        await child.start()
        if child.process is None or await child.process.wait() != 0:
            raise NotReady(service=f"{service} {' '.join(arguments[1:])}", log=await _end_of_log(child))

    async def _start_children(self, made: Environment) -> None:
        if self.issuer is None:
            self.children[ISSUER] = self._child(
                ISSUER,
                *("libs.shared.auth.issuer", "--port", str(made.ports.issuer)),
                environment=made.base(),
                service=ISSUER,
            )
        live: dict[str, str] = {}
        for name in SERVICES:
            for part in self._parts():
                called = f"{name}-{part}" if self.split else name
                self.children[called] = self._child(
                    called, f"services.{name}", part, environment=made.of(name), service=name
                )
                port = made.ports.worker(name) if part == "worker" else made.ports.of(name)
                live[called] = f"http://127.0.0.1:{port}/health/live"
        for called, child in self.children.items():
            await child.start()
            if self._supervision is not None:
                self._supervision.watch_child(child, live.get(called))

    async def _until_ready(self, made: Environment) -> None:
        async with httpx.AsyncClient(timeout=5) as client:
            for name in SERVICES:
                await self._wait_for(client, name, f"http://127.0.0.1:{made.ports.of(name)}/health/ready")
                if self.split:
                    await self._wait_for(client, name, f"http://127.0.0.1:{made.ports.worker(name)}/health/ready")
                self.report(f"{name} is ready on port {made.ports.of(name)}")

    async def _wait_for(self, client: httpx.AsyncClient, name: str, url: str) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                while True:
                    try:
                        if (await client.get(url)).status_code == 200:
                            return
                    except httpx.TransportError:
                        pass  # not listening yet
                    await asyncio.sleep(0.1)
        except TimeoutError:
            child = self.children.get(name) or self.children[f"{name}-api"]
            raise NotReady(service=name, log=await _end_of_log(child)) from None


async def _end_of_log(child: Child) -> str:
    await asyncio.sleep(IDLE_SECONDS + 0.5)  # by then the log writer has written the child's last output
    return child.last_lines()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortInUse(port=port) from None
