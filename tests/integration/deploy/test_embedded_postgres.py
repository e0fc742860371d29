"""The embedded PostgreSQL with real processes: its data last, and it ends when it should."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from deploy.embedded import errors, orphans
from deploy.embedded.home import Layout
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.server_user import server_user
from libs.shared.db.database import Database
from tests.realparts.embedded import KEEP, KEPT, ask, processes_of
from tests.realparts.postgres import THROWAWAY

ROOT = Path(__file__).parents[3]

SUPERVISOR = """
import sys, time
from pathlib import Path
from deploy.embedded.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"})
server.start()
print(server.superuser_dsn(), flush=True)
if sys.argv[2] == "stay":
    time.sleep(60)
"""


def supervise(home: Path, then: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(home), then],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(supervisor: subprocess.Popen[str]) -> str:
    assert supervisor.stdout is not None
    return supervisor.stdout.readline().strip()


async def test_data_stays_over_a_stop_and_a_start_of_a_durable_server(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        assert await ask(server.superuser_dsn(), *KEEP, "SHOW fsync") == "on"
    assert not processes_of(home).all
    with EmbeddedPostgres(home) as server:
        assert await ask(server.superuser_dsn(), KEPT) == 7
        assert await ask(server.superuser_dsn(), "SHOW data_checksums") == "on"
        assert await ask(server.superuser_dsn(), "SHOW server_version_num") >= "180000"


async def test_a_killed_server_starts_again_with_its_data_on_the_same_port(
    server: EmbeddedPostgres, home: Path
) -> None:
    server.start()
    port = server.port
    await ask(server.superuser_dsn(), *KEEP)
    postmaster = processes_of(home).postmaster
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    assert orphans.wait_until(lambda: not server.alive, 5)
    server.start()
    assert server.port == port
    assert await ask(server.superuser_dsn(), KEPT) == 7


async def test_an_environment_that_asks_for_tls_elsewhere_does_not_keep_the_supervisor_from_its_server(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    server.start()
    db = Database(server.superuser_dsn())
    await db.check()
    await db.close()


async def test_a_killed_supervisor_takes_its_server_with_it(server: EmbeddedPostgres, home: Path) -> None:
    supervisor = supervise(home, "stay")
    await ask(first_line(supervisor), *KEEP)
    supervisor.kill()
    supervisor.communicate()
    assert orphans.wait_until(lambda: not processes_of(home).all, 10)
    server.start()
    assert await ask(server.superuser_dsn(), KEPT) == 7


async def test_a_server_left_behind_with_an_open_transaction_is_taken_over(
    server: EmbeddedPostgres, home: Path
) -> None:
    supervisor = supervise(home, "stay")
    dsn = first_line(supervisor)
    await ask(dsn, *KEEP)
    watcher = next(
        pid
        for pid, command in orphans._commands(server_user().uid)
        if f"{home}/postgres/data/postmaster.pid" in command
    )
    os.kill(watcher, signal.SIGKILL)
    supervisor.kill()
    supervisor.communicate()
    former = processes_of(home).postmaster
    assert former is not None
    open_connection = await asyncpg.connect(dsn)
    await open_connection.execute("BEGIN; DELETE FROM kept")
    server.start()
    assert processes_of(home).postmaster not in (None, former)
    assert await ask(server.superuser_dsn(), KEPT) == 7
    open_connection.terminate()


@pytest.mark.timeout(60)
async def test_a_stop_ends_a_server_whose_checkpointer_never_gets_the_request(
    server: EmbeddedPostgres, home: Path
) -> None:
    """The hang of a stop during a recovery, which there depends on the moment."""
    server.start()
    await ask(server.superuser_dsn(), *KEEP)
    (checkpointer,) = [
        pid for pid, command in orphans._commands_of_cluster(Layout(home), server_user()) if ": checkpointer" in command
    ]
    os.kill(checkpointer, signal.SIGSTOP)
    server.stop()
    assert not processes_of(home).all
    server.start()
    assert await ask(server.superuser_dsn(), KEPT) == 7


@pytest.mark.timeout(40)
async def test_a_stop_while_the_server_recovers_from_a_crash_ends_it_and_keeps_its_data(
    server: EmbeddedPostgres, home: Path
) -> None:
    server.start()
    await ask(server.superuser_dsn(), *KEEP)
    victim = await asyncpg.connect(server.superuser_dsn())
    os.kill(await victim.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
    victim.terminate()
    await asyncio.sleep(0.008)  # a stop at about this moment nearly always hangs PostgreSQL 18.4
    server.stop()
    assert not processes_of(home).all
    server.start()
    assert await ask(server.superuser_dsn(), KEPT) == 7


async def test_backends_without_a_postmaster_are_ended_before_a_new_start(server: EmbeddedPostgres, home: Path) -> None:
    server.start()
    busy = await asyncpg.connect(server.superuser_dsn())
    # This backend computes without waiting, so it does not notice that its postmaster is gone.
    work = busy.execute("DO $$ BEGIN LOOP END LOOP; END $$")
    pending = asyncio.ensure_future(work)
    await ask(server.superuser_dsn(), *KEEP)
    postmaster = processes_of(home).postmaster
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    assert orphans.wait_until(lambda: not server.alive, 5)
    server.start()
    with pytest.raises((asyncpg.PostgresConnectionError, ConnectionError)):
        await pending
    assert await ask(server.superuser_dsn(), KEPT) == 7
    busy.terminate()


def test_a_supervisor_that_ends_without_stopping_leaves_no_server(home: Path) -> None:
    supervisor = supervise(home, "end")
    output, _ = supervisor.communicate(timeout=30)
    assert output.startswith("postgresql://")
    assert supervisor.returncode == 0
    assert not processes_of(home).all


def test_a_pid_file_that_names_a_stranger_neither_hinders_the_start_nor_harms_the_stranger(
    server: EmbeddedPostgres, home: Path
) -> None:
    server.start()
    pid_file = Layout(home).data / "postmaster.pid"
    content = pid_file.read_text().splitlines()
    server.stop()
    stranger = server_user().spawn(["/bin/sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *content[1:]]) + "\n")
        server.start()
        assert server.alive
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_a_second_start_does_nothing_and_a_second_supervisor_is_refused(
    server: EmbeddedPostgres, home: Path
) -> None:
    server.start()
    before = processes_of(home).postmaster
    server.start()
    assert processes_of(home).postmaster == before
    other = EmbeddedPostgres(home, settings=THROWAWAY)
    with pytest.raises(errors.PostgresInUse) as refusal:
        other.start()
    assert str(os.getpid()) in refusal.value.messages["da"]
    with pytest.raises(errors.PostgresInUse):
        other.wipe()
    assert await ask(server.superuser_dsn(), "SELECT 1") == 1
    with pytest.raises(errors.NotRunning):
        _ = other.port


def test_a_taken_port_is_refused_and_a_free_one_is_used(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = EmbeddedPostgres(home, port=port, settings=THROWAWAY)
        with pytest.raises(errors.PortTaken):
            server.start()
    with server:
        assert server.port == port


def test_a_half_made_cluster_is_made_anew(new_server: EmbeddedPostgres, home: Path) -> None:
    layout = Layout(home)
    layout.unfinished_data.mkdir(parents=True)
    home.chmod(0o711)
    layout.postgres.chmod(0o711)
    (layout.unfinished_data / "PG_VERSION").write_text("18\n")
    new_server.start()
    assert new_server.alive
    assert not layout.unfinished_data.exists()


def test_data_of_another_version_and_data_without_its_password_are_refused(
    server: EmbeddedPostgres, home: Path
) -> None:
    server.start()
    server.stop()
    layout = Layout(home)
    (layout.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(errors.ForeignData, match="version 17"):
        server.start()
    (layout.data / "PG_VERSION").write_text("18\n")
    kept = layout.password.rename(home / "kept")
    with pytest.raises(errors.PasswordMissing):
        server.start()
    kept.rename(layout.password)
    server.start()


def test_a_server_that_cannot_start_says_why_and_leaves_nothing_running(home: Path) -> None:
    server = EmbeddedPostgres(home, settings={**THROWAWAY, "shared_buffers": "not a size"})
    with pytest.raises(errors.StartFailed, match="shared_buffers"):
        server.start()
    assert not processes_of(home).all
    with EmbeddedPostgres(home, settings=THROWAWAY):
        pass


async def test_wiping_deletes_the_data_and_the_password(server: EmbeddedPostgres, home: Path) -> None:
    server.start()
    former = server.superuser_dsn()
    await ask(former, *KEEP)
    server.wipe()
    assert not Layout(home).data.exists()
    server.start()
    assert server.superuser_dsn().split("@")[0] != former.split("@")[0]
    with pytest.raises(asyncpg.UndefinedTableError):
        await ask(server.superuser_dsn(), KEPT)


async def test_the_session_server_of_the_tests_answers_a_superuser(postgres_dsn: str) -> None:
    assert await ask(postgres_dsn, "SELECT usesuper FROM pg_user WHERE usename = current_user") is True
