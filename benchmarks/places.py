"""Where benchmarks run: PostgreSQL, Kafka and deployments of their own in temporary folders, removed afterwards.

PostgreSQL runs with its durability settings on, as in production.
"""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from deploy.embedded.composition import MIGRATIONS, Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.postgres import EmbeddedPostgres
from libs.shared.base.settings import Profile
from libs.shared.contracts.topics import SERVICES
from libs.shared.db.bootstrap import bootstrap
from libs.shared.db.database import Database
from libs.shared.db.migrate import migrate
from tests.realparts.databases import roles_of
from tests.realparts.kafka_server import KafkaServer
from tests.realparts.ports import free_port
from tests.realparts.postgres import reachable_folder

PORT_TRIES = 50
UNLIMITED = dict.fromkeys(("LIMIT_SUBJECT", "LIMIT_OPEN", "LIMIT_FAILED"), "999999999/second")
"""Benchmarks send more requests than the ordinary limits allow."""


@contextmanager
def durable_postgres() -> Iterator[str]:
    """The superuser's address of a PostgreSQL with its ordinary settings."""
    with reachable_folder() as folder, EmbeddedPostgres(folder / "home") as server:
        yield server.superuser_dsn()


@contextmanager
def kafka() -> Iterator[str]:
    """The address of an Apache Kafka of our own (never one that is in use). Raises ``KafkaUnavailable``."""
    server = KafkaServer()
    try:
        yield f"kafka://{server.start().bootstrap}"
    finally:
        server.stop()


@asynccontextmanager
async def service_database(admin_url: str, service: str) -> AsyncIterator[tuple[Database, "asyncpg.Connection"]]:
    """A new database with the service's own tables: opened as the application role, and its owner's connection."""
    roles = roles_of(admin_url, f"{service}_{secrets.token_hex(4)}")
    await bootstrap(admin_url, [roles])
    await migrate(MIGRATIONS[service], roles.owner_url)
    db = Database(roles.app_url, application_name="benchmark")
    owner = await asyncpg.connect(roles.owner_url, timeout=10)
    try:
        yield db, owner
    finally:
        await owner.close()
        await db.close()


@asynccontextmanager
async def deployment(event_log: str | None = None, *, split: bool = False) -> AsyncIterator[Deployment]:
    """All four services ready, development profile; ``event_log`` as ``kafka://…``, else the embedded one.

    ``split`` runs each service's API and worker as two processes.
    """
    with reachable_folder() as folder:
        made = Deployment(
            folder / "home",
            free_ports(),
            Profile.DEVELOPMENT,
            _silent,
            event_log=event_log,
            split=split,
            more=UNLIMITED,
        )
        try:
            await made.start()
            yield made
        finally:
            await made.stop()


def _silent(_: str) -> None:
    """Ignores the deployment's messages."""


def free_ports() -> Ports:
    """Consecutive ports that nothing listens on now. Raises ``OSError`` when none are found."""
    for _ in range(PORT_TRIES):
        ports = Ports(free_port())
        wanted = {*ports.all(), *map(ports.worker, SERVICES)}
        if all(map(_is_free, wanted)):
            return ports
    raise OSError("no free ports in a row were found")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


@asynccontextmanager
async def running(loop: Callable[[asyncio.Event], Awaitable[None]], *, seconds: float = 60) -> AsyncIterator[None]:
    """Runs a service's ``loop`` inside the block, then stops it and raises its failure.

    Raises ``TimeoutError`` if it does not stop within ``seconds``.
    """
    stop = asyncio.Event()
    task = asyncio.ensure_future(loop(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(seconds):
            await task


async def until(done: Callable[[], Awaitable[bool]], *, every: float, seconds: float = 120) -> None:
    """Wait until ``done`` is true, asking again after ``every`` seconds. Raises ``TimeoutError`` after ``seconds``."""
    async with asyncio.timeout(seconds):
        while not await done():  # noqa: ASYNC110 - what is waited for is in another process and sends us no event
            await asyncio.sleep(every)
