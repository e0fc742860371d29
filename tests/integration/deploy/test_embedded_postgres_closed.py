"""The embedded PostgreSQL is closed to other users and to callers without the password, and its log holds no data."""

import asyncio
import contextlib
import os
import pwd
import signal
import stat
import traceback
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from deploy.embedded import errors, orphans
from deploy.embedded.home import Layout
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.server_user import server_user
from tests.realparts.embedded import KEEP, KEPT, ask, processes_of
from tests.realparts.postgres import THROWAWAY

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")


async def test_a_wrong_or_missing_password_is_refused_on_the_socket_and_on_tcp(new_server: EmbeddedPostgres) -> None:
    new_server.start()
    for host in ("127.0.0.1", str(new_server.socket_directory)):
        for password in ("wrong", None):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(host=host, port=new_server.port, user="postgres", password=password, timeout=10)
    right = new_server.superuser_dsn().split(":")[2].split("@")[0]
    socket_only = await asyncpg.connect(
        host=str(new_server.socket_directory), port=new_server.port, user="postgres", password=right, timeout=10
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
    new_server: EmbeddedPostgres, home: Path
) -> None:
    new_server.start()
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
    """Run `work` in a process of the user and return its exit code. It is forked, as the user may not be allowed to run
    the interpreter.
    """
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
                postmaster = orphans.find(Layout(folder / "home"), server_user()).postmaster
                assert Path(f"/proc/{postmaster}").stat().st_uid == nobody.pw_uid
                assert asyncio.run(ask(server.superuser_dsn(), *statements)) == 7

    assert in_a_process_of(nobody, work) == 0
    assert (folder / "home").stat().st_uid == nobody.pw_uid
    assert stat.S_IMODE((folder / "home").stat().st_mode) == 0o700
    assert not list(folder.glob("home/postgres/binaries*"))


async def test_no_value_of_a_row_reaches_the_log(new_server: EmbeddedPostgres, home: Path) -> None:
    new_server.start()
    secret = "6101120008"  # day 61: a replacement number that belongs to nobody
    dsn = new_server.superuser_dsn()
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
    new_server.stop()
    written = (
        b"".join(log.read_bytes() for log in new_server.log_directory.iterdir()) + Layout(home).startup_log.read_bytes()
    )
    assert b"was terminated by signal 9" in written
    assert secret.encode() not in written


def test_what_keeps_the_server_private_cannot_be_set(home: Path) -> None:
    server = EmbeddedPostgres(home, settings={"Listen_Addresses": "*", "log_statement": "all"})
    with pytest.raises(ValueError, match="listen_addresses, log_statement"):
        server.start()
