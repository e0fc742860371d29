"""The embedded PostgreSQL with real processes: it lasts, it ends, and it is closed to others."""

import asyncio
import contextlib
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.embedded import errors, left_behind
from deploy.embedded.home import Layout
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.server_user import server_user
from tests.realparts.postgres import THROWAWAY, reachable_folder

ROOT = Path(__file__).parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")

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


@pytest.fixture
def home() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder / "home"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    # Commits stay synchronous: what a killed server had answered must be there again.
    server = EmbeddedPostgres(home, settings={"fsync": "off"})
    yield server
    server.stop()


async def ask(dsn: str, *statements: str) -> Any:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        for statement in statements:
            answer = await connection.fetchval(statement)
        return answer
    finally:
        await connection.close()


def processes_of(home: Path) -> left_behind.Found:
    return left_behind.find(Layout(home), server_user())


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


KEEP = ("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
KEPT = "SELECT n FROM kept"


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
    assert left_behind.wait_until(lambda: not server.alive, 5)
    server.start()
    assert server.port == port
    assert await ask(server.superuser_dsn(), KEPT) == 7


async def test_a_killed_supervisor_takes_its_server_with_it(server: EmbeddedPostgres, home: Path) -> None:
    supervisor = supervise(home, "stay")
    await ask(first_line(supervisor), *KEEP)
    supervisor.kill()
    supervisor.communicate()
    assert left_behind.wait_until(lambda: not processes_of(home).all, 10)
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
        for pid, command in left_behind._commands(server_user().uid)
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


async def test_backends_without_a_postmaster_are_ended_before_a_new_start(server: EmbeddedPostgres, home: Path) -> None:
    server.start()
    busy = await asyncpg.connect(server.superuser_dsn())
    # It computes without ever waiting, so it does not notice by itself that its postmaster is gone.
    work = busy.execute("DO $$ BEGIN LOOP END LOOP; END $$")
    pending = asyncio.ensure_future(work)
    await ask(server.superuser_dsn(), *KEEP)
    postmaster = processes_of(home).postmaster
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    assert left_behind.wait_until(lambda: not server.alive, 5)
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


async def test_a_wrong_or_missing_password_is_refused_on_the_socket_and_on_tcp(server: EmbeddedPostgres) -> None:
    server.start()
    for host in ("127.0.0.1", str(server.socket_directory)):
        for password in ("wrong", None):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(host=host, port=server.port, user="postgres", password=password, timeout=10)
    right = server.superuser_dsn().split(":")[2].split("@")[0]
    socket_only = await asyncpg.connect(
        host=str(server.socket_directory), port=server.port, user="postgres", password=right, timeout=10
    )
    methods = await socket_only.fetch("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    await socket_only.close()
    assert [row["auth_method"] for row in methods] == ["scram-sha-256"]


def test_the_folders_are_closed_and_those_above_keep_their_modes(home: Path) -> None:
    above = home.parent / "a" / "b"
    above.mkdir(parents=True)
    above.parent.chmod(0o751)
    above.chmod(0o711)
    parents = [above, *above.parents]
    before = [stat.S_IMODE(folder.stat().st_mode) for folder in parents]
    with EmbeddedPostgres(above / "home", settings=THROWAWAY) as server:
        layout = Layout(above / "home")
        for closed in (layout.data, server.socket_directory, server.log_directory):
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE(layout.password.stat().st_mode) == 0o600
        assert layout.password.stat().st_uid == os.geteuid()
        assert not list(layout.postgres.glob("initdb*"))
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in parents] == before


@as_root
def test_as_root_the_server_runs_as_a_user_of_its_own_on_programs_it_cannot_change(
    server: EmbeddedPostgres, home: Path
) -> None:
    server.start()
    postmaster = processes_of(home).postmaster
    assert postmaster is not None
    assert pwd.getpwuid(Path(f"/proc/{postmaster}").stat().st_uid).pw_name == "skoleloeft-pg"
    program = Path(os.readlink(f"/proc/{postmaster}/exe"))
    assert program.is_relative_to(home)
    for step in (program, *program.parents):
        if step.is_relative_to(home):
            assert step.stat().st_uid == 0
            assert not step.stat().st_mode & 0o022
    keys = {line.split(b"=")[0] for line in Path(f"/proc/{postmaster}/environ").read_bytes().split(b"\0") if line}
    assert not any(key.startswith(b"SKOLELOEFT") for key in keys)


@as_root
def test_as_root_a_home_behind_a_closed_folder_is_refused_and_the_folder_stays_closed(home: Path) -> None:
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(errors.HomeUnreachable) as refusal:
        EmbeddedPostgres(closed / "home").start()
    assert str(closed) in refusal.value.messages["en"]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def in_a_process_of(user: pwd.struct_passwd, work: Callable[[], None]) -> int:
    """Run `work` in a process of the user; its exit code. Forked, as the interpreter may be closed to the user."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            os.environ["HOME"] = user.pw_dir
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@as_root
def test_a_plain_user_runs_its_own_server_with_the_programs_of_the_wheel(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    folder = home.parent / "of-nobody"
    folder.mkdir()
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    def work() -> None:
        for statements in ((*KEEP, KEPT), (KEPT,)):
            with EmbeddedPostgres(folder / "home", settings=THROWAWAY) as server:
                postmaster = left_behind.find(Layout(folder / "home"), server_user()).postmaster
                assert Path(f"/proc/{postmaster}").stat().st_uid == nobody.pw_uid
                assert asyncio.run(ask(server.superuser_dsn(), *statements)) == 7

    assert in_a_process_of(nobody, work) == 0
    assert (folder / "home").stat().st_uid == nobody.pw_uid
    assert stat.S_IMODE((folder / "home").stat().st_mode) == 0o700
    assert not list(folder.glob("home/postgres/binaries*"))


async def test_no_value_of_a_row_reaches_the_log(server: EmbeddedPostgres, home: Path) -> None:
    server.start()
    secret = "6101120008"  # day 61: a replacement number of nobody
    dsn = server.superuser_dsn()
    await ask(dsn, "CREATE TABLE pupil (number text PRIMARY KEY, born date)")
    for statement in (
        f"INSERT INTO pupil VALUES ('{secret}', now()), ('{secret}', now())",
        f"SELECT '{secret}'::date",
        f"SELECT nothing_named_{secret}",
        f"DO $$ BEGIN RAISE WARNING 'pupil {secret}'; END $$",
    ):
        with contextlib.suppress(asyncpg.PostgresError):
            await ask(dsn, statement)
    connection = await asyncpg.connect(dsn)
    with pytest.raises(asyncpg.PostgresError):
        await connection.fetchval("SELECT $1::text::date", secret)
    await connection.close()
    crashing = await asyncpg.connect(dsn)
    backend = await crashing.fetchval("SELECT pg_backend_pid()")
    pending = asyncio.ensure_future(crashing.execute(f"SELECT pg_sleep(60), '{secret}'"))
    seen = await ask(dsn, "SELECT pg_sleep(0.2)", f"SELECT count(*) FROM pg_stat_activity WHERE pid = {backend}")
    assert seen == 1
    os.kill(backend, signal.SIGKILL)
    with pytest.raises((asyncpg.PostgresError, ConnectionError)):
        await pending
    server.stop()
    written = (
        b"".join(log.read_bytes() for log in server.log_directory.iterdir()) + Layout(home).startup_log.read_bytes()
    )
    assert b"was terminated by signal 9" in written
    assert secret.encode() not in written


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


def test_a_half_made_cluster_is_made_anew(server: EmbeddedPostgres, home: Path) -> None:
    layout = Layout(home)
    layout.unfinished_data.mkdir(parents=True)
    home.chmod(0o711)
    layout.postgres.chmod(0o711)
    (layout.unfinished_data / "PG_VERSION").write_text("18\n")
    server.start()
    assert server.alive
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


def test_what_keeps_the_server_private_cannot_be_set(home: Path) -> None:
    server = EmbeddedPostgres(home, settings={"Listen_Addresses": "*", "log_statement": "all"})
    with pytest.raises(ValueError, match="listen_addresses, log_statement"):
        server.start()


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
