"""The address says how TLS is verified, and every connection obeys it: pools, relay, LISTEN, migrations and
bootstrap.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from libs.shared.db.address import Address, AddressRefused
from libs.shared.db.bootstrap import DatabaseRoles, bootstrap
from libs.shared.db.connecting import connect
from libs.shared.db.database import Database
from libs.shared.db.listen import listen
from libs.shared.db.locks import Lock
from libs.shared.db.migrate import migrate
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import LogUnavailable
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.postgres.migrate import migrate as migrate_event_log
from libs.shared.events.relay import Relay
from libs.shared.observability.failures import sqlstate
from tests.integration.libs.shared.db.modest import REVISION, migrations_in
from tests.integration.libs.shared.db.tls import TlsServer, tls_server
from tests.realparts.databases import roles_of


@pytest.fixture(scope="module")
def server() -> Iterator[TlsServer]:
    with tls_server() as started:
        yield started


@dataclass
class Everything:
    """All ways in which the platform connects, with the addresses of one service."""

    admin_url: str
    roles: DatabaseRoles
    migrations: Path

    async def pool(self) -> None:
        db = Database(self.roles.app_url)
        try:
            await db.check()
        finally:
            await db.close()

    async def outside_the_pool(self) -> None:
        async with Database(self.roles.app_url).dedicated():
            pass

    async def migrate(self) -> None:
        await migrate(self.migrations, self.roles.owner_url)

    async def migrate_event_log(self) -> None:
        await migrate_event_log(self.roles.owner_url)

    async def event_log(self) -> None:
        log = PostgresEventLog(self.roles.owner_url, client_id="t-log")
        try:
            await log.start()
        finally:
            await log.close()

    async def bootstrap(self) -> None:
        await bootstrap(self.admin_url, [self.roles])

    def all(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "bootstrap": self.bootstrap,
            "migrate": self.migrate,
            "eventlog-migrate": self.migrate_event_log,
            "pool": self.pool,
            "outside the pool": self.outside_the_pool,
            "event log": self.event_log,
        }


def everything(server: TlsServer, name: str, options: str, migrations: Path) -> Everything:
    roles = roles_of(server.url, name)
    return Everything(
        server.url + options, DatabaseRoles(roles.owner_url + options, roles.app_url + options), migrations
    )


async def seen_with_tls(admin: "asyncpg.Connection[asyncpg.Record]", application: str) -> bool:
    """Whether all connections of that application are encrypted, as the server sees them; waits for the first one."""
    async with asyncio.timeout(20):
        while True:
            found = await admin.fetch(
                "SELECT s.ssl FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a USING (pid) WHERE application_name = $1",
                application,
            )
            if found:
                return all(row["ssl"] for row in found)
            await asyncio.sleep(0.05)


async def test_verify_full_works_for_everything_and_the_server_sees_tls(server: TlsServer, tmp_path: Path) -> None:
    options = server.options("verify-full", server.authority.file)
    own = everything(server, "t_full", options, migrations_in(tmp_path, REVISION))
    admin = await connect(Address.parse(server.url + options), application_name="t-watch")
    # A lock makes each command wait, so that its connection can be examined.
    inside = None
    for application, lock, work in (
        ("bootstrap", Lock.BOOTSTRAP, own.bootstrap),
        ("migrate", Lock.MIGRATE, own.migrate),
        ("eventlog-migrate", Lock.EVENTLOG_MIGRATE, own.migrate_event_log),
    ):
        where = inside or admin
        await where.execute("SELECT pg_advisory_lock($1)", lock)
        working = asyncio.ensure_future(work())
        assert await seen_with_tls(admin, application)
        await where.execute("SELECT pg_advisory_unlock($1)", lock)
        await working
        if inside is None:
            there = make_url(server.url).set(database="t_full").render_as_string(hide_password=False)
            inside = await connect(Address.parse(there + options), application_name="t-inside")

    assert inside is not None
    await inside.execute("SELECT pg_advisory_lock($1)", Lock.RELAY)
    db, stop = Database(own.roles.app_url, application_name="t-service"), asyncio.Event()
    relay = asyncio.create_task(Relay(db, MemoryEventLog(), name="t-service").run(stop))
    assert await seen_with_tls(admin, "t-service-dedicated")
    stop.set()
    await relay
    log = PostgresEventLog(own.roles.owner_url, client_id="t-log")
    async with db.read(), listen(db, "t") as wake:
        assert await wake.wait(20)
        await log.start()
        consumer = log.consumer("g", [])
        await consumer.start()
        for application in ("t-service", "t-service-dedicated", "t-log"):
            assert await seen_with_tls(admin, application)
        await consumer.close()
    await log.close()
    await db.close()
    await inside.close()
    await admin.close()


async def refused(work: Callable[[], Awaitable[None]]) -> BaseException:
    with pytest.raises((OSError, LogUnavailable, asyncpg.PostgresError, DBAPIError)) as caught:
        await work()
    found: BaseException = caught.value
    while isinstance(found, LogUnavailable) and found.__cause__ is not None:
        found = found.__cause__
    return found


async def test_another_host_name_and_another_authority_are_refused_everywhere(
    server: TlsServer, tmp_path: Path
) -> None:
    wrong_name = everything(
        server.other_name(), "t_name", server.options("verify-full", server.authority.file), tmp_path
    )
    wrong_authority = everything(server, "t_ca", server.options("verify-full", server.stranger.file), tmp_path)
    for own in (wrong_name, wrong_authority):
        for name, work in own.all().items():
            assert isinstance(await refused(work), ssl.SSLCertVerificationError), name


async def test_plain_is_refused_by_the_server(server: TlsServer, tmp_path: Path) -> None:
    own = everything(server, "t_plain", server.options("disable"), tmp_path)
    for name, work in own.all().items():
        assert sqlstate(await refused(work)) == asyncpg.InvalidAuthorizationSpecificationError.sqlstate, name


async def check(url: str) -> bool:
    """Whether a connection to this address is encrypted."""
    made = await connect(Address.parse(url), application_name="t-check")
    try:
        return bool(await made.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
    finally:
        await made.close()


async def test_the_modes_mean_what_they_mean_to_libpq(server: TlsServer) -> None:
    other = server.other_name()
    assert await check(server.url)  # prefer
    assert await check(other.url + other.options("require"))  # without an authority's certificate, nothing is verified
    assert await check(other.url + other.options("verify-ca", other.authority.file))  # the name is not checked
    for options in (
        other.options("require", other.stranger.file),  # with an authority's certificate, require means verify-ca
        other.options("verify-ca", other.stranger.file),
    ):
        with pytest.raises(ssl.SSLCertVerificationError):
            await check(other.url + options)


async def test_what_an_address_leaves_out_is_read_from_the_environment(
    server: TlsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(server.authority.file))
    assert await check(server.url)
    with pytest.raises(ssl.SSLCertVerificationError):
        await check(server.other_name().url)
    assert await check(server.other_name().url + "?sslmode=verify-ca")
    monkeypatch.setenv("PGSSLROOTCERT", str(server.authority.file) + ".gone")
    with pytest.raises(AddressRefused, match="PGSSLROOTCERT"):
        await check(server.url)


async def test_the_authorities_of_the_system_are_named_system(
    server: TlsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await check(server.url + "?sslmode=verify-full&sslrootcert=system")
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority.file))
    assert await check(server.url + "?sslmode=verify-full&sslrootcert=system")


async def test_a_client_certificate_takes_the_place_of_a_password(server: TlsServer) -> None:
    roles = roles_of(server.url, "t_certificate")
    certificate, key = server.client
    options = server.options("verify-full", server.authority.file) + f"&sslcert={certificate}&sslkey={key}"
    app = make_url(roles.app_url).set(username="t_by_certificate", password=None).render_as_string()
    await bootstrap(server.url, [DatabaseRoles(roles.owner_url, app + options)])
    assert await check(app + options)
    with pytest.raises(AddressRefused, match="sslkey"):
        await check(app + options + ".gone")
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await check(app + server.options("verify-full", server.authority.file))
