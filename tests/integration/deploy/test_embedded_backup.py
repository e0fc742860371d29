"""A backup of a running server holds one moment of all databases, and a restore is complete or changes nothing."""

import asyncio
import errno
import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.embedded.backups import after_restore, errors, making, restoring
from deploy.embedded.backups.key_file import KeyFile
from deploy.embedded.backups.making import back_up
from deploy.embedded.backups.manifest import Manifest
from deploy.embedded.backups.restoring import restore
from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.home import Layout
from deploy.embedded.keys import Keys, load, load_or_make
from deploy.embedded.postgres import EmbeddedPostgres
from libs.shared.base.settings import Profile
from libs.shared.contracts.topics import SERVICES
from tests.realparts.embedded import KEEP, KEPT, ask
from tests.realparts.ports import free_port
from tests.realparts.postgres import reachable_folder

Told = list[str]
QUICK = {"fsync": "off"}


@dataclass(frozen=True)
class Backup:
    """A backup that was made while a writer was running."""

    home: Path
    folder: Path
    keys: Path
    before: int
    after: int
    """The last number committed before the backup began and after it ended."""


@asynccontextmanager
async def writing(server: EmbeddedPostgres) -> AsyncIterator[list[int]]:
    """Insert numbers in order, each first into database one and then into two; yields a list with the last number in
    both.
    """
    done = [0]
    one, two = [await asyncpg.connect(server.superuser_dsn(name)) for name in ("one", "two")]

    async def write() -> None:
        while True:
            await one.execute("INSERT INTO n VALUES ($1)", done[0] + 1)
            await two.execute("INSERT INTO n VALUES ($1)", done[0] + 1)
            done[0] += 1

    task = asyncio.create_task(write())
    try:
        yield done
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        one.terminate()
        two.terminate()


async def passed(done: list[int], number: int) -> None:
    """Wait until the writer has committed more than ``number``."""
    async with asyncio.timeout(60):
        while done[0] <= number:  # noqa: ASYNC110 - the writer sends no event
            await asyncio.sleep(0.02)


async def make(folder: Path) -> Backup:
    home, target, keys = folder / "home", folder / "backup" / "monday", folder / "keys" / "keys.json"
    with EmbeddedPostgres(home, settings=QUICK) as server:
        load_or_make(home / "keys.json")
        for name in ("one", "two"):
            await ask(server.superuser_dsn(), f"CREATE DATABASE {name}")
            await ask(server.superuser_dsn(name), "CREATE TABLE n (n int PRIMARY KEY)")
        async with writing(server) as done:
            await passed(done, 10)
            before = done[0]
            await asyncio.to_thread(back_up, home, target, keys, keys_in_folder=False, report=print)
            await passed(done, done[0] + 2)
            return Backup(home, target, keys, before, done[0])


@pytest.fixture(autouse=True)
def no_loss_of_power(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip fsync, which a restore calls for a thousand files; these tests do not depend on it."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="module")
def backup() -> Iterator[Backup]:
    with reachable_folder() as folder:
        yield asyncio.run(make(folder))


@pytest.fixture
def there(home: Path) -> Path:
    """The home into which a backup is restored."""
    return home


async def numbers(server: EmbeddedPostgres, database: str) -> list[int]:
    return list(await ask(server.superuser_dsn(database), "SELECT array_agg(n ORDER BY n) FROM n"))


async def test_a_restored_copy_beside_the_original_is_one_moment_of_all_databases(backup: Backup, there: Path) -> None:
    restore(there, backup.folder, backup.keys, replace=False, report=print)
    with EmbeddedPostgres(backup.home, settings=QUICK) as original, EmbeddedPostgres(there, settings=QUICK) as copy:
        one, two = await numbers(copy, "one"), await numbers(copy, "two")
        assert backup.before > 10
        assert len(two) >= backup.before, "everything committed before the backup began is there"
        assert len(two) < backup.after
        assert one == list(range(1, len(one) + 1))
        assert two == list(range(1, len(two) + 1))
        assert len(one) - len(two) in {0, 1}, "both databases are of the same moment"
        assert len(await numbers(original, "two")) >= backup.after
    assert load(there / "keys.json") == load(backup.home / "keys.json")
    assert after_restore.owing(there) == list(SERVICES)
    assert (there / "keys.json").stat().st_mode & 0o777 == 0o600


def test_the_keys_are_apart_and_the_manifest_tells_nothing_of_them(backup: Backup) -> None:
    keys = json.loads(backup.keys.read_text())
    secrets = [keys["superuser_password"], *keys["keys"]["passwords"].values()]
    rings = [*keys["keys"]["data_keys"].values(), keys["keys"]["lookup_keys"], keys["keys"]["blind_index_keys"]]
    rings += [keys["keys"]["request_keys"], keys["keys"]["release_key"]]
    secrets += [ring.split(":")[1] for ring in rings]
    assert len(secrets) == 1 + 13 + 2 + 4  # two services seal what they store
    for file in backup.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), file
    assert backup.keys.stat().st_mode & 0o777 == 0o600
    manifest = Manifest.read(backup.folder)
    assert manifest.fingerprints.keys() == KeyFile.read(backup.keys).fingerprints().keys()


async def test_a_home_that_does_not_run_is_backed_up_too(home: Path) -> None:
    with EmbeddedPostgres(home, settings=QUICK) as server:
        await ask(server.superuser_dsn(), *KEEP)
        load_or_make(home / "keys.json")
    folder, keys = home.parent / "backup", home.parent / "keys.json"
    back_up(home, folder, keys, keys_in_folder=False, report=print)
    shutil.rmtree(home)
    restore(home, folder, keys, replace=False, report=print)
    with EmbeddedPostgres(home, settings=QUICK) as server:
        assert await ask(server.superuser_dsn(), KEPT) == 7


def test_a_backup_writes_over_nothing_and_keeps_keys_apart_unless_told(backup: Backup, tmp_path: Path) -> None:
    def refused(folder: Path, keys: Path, error: type[errors.Problem]) -> None:
        with pytest.raises(error) as refusal:
            back_up(backup.home, folder, keys, keys_in_folder=False, report=print)
        assert str(folder if error is errors.FolderNotEmpty else keys) in refusal.value.messages["da"]

    refused(backup.folder, backup.keys, errors.FolderNotEmpty)
    refused(tmp_path / "new", tmp_path / "new" / "keys.json", errors.KeysBesideData)
    other = tmp_path / "other.json"
    KeyFile(Keys.make(), "other").write(other)
    refused(tmp_path / "new", other, errors.OtherKeysThere)
    with pytest.raises(errors.NothingToBackUp):
        back_up(tmp_path / "nowhere", tmp_path / "new", tmp_path / "k", keys_in_folder=False, report=print)
    assert not (tmp_path / "new").exists()
    back_up(backup.home, tmp_path / "new", tmp_path / "new" / "keys.json", keys_in_folder=True, report=print)
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["data", "keys.json", "manifest.json"]


def test_a_restore_that_finds_no_room_says_so_and_is_not_started_from(
    backup: Backup, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copytree", full)
    assert "No space left" in refuse(there, backup.folder, backup.keys, errors.RestoreFailed)
    assert after_restore.cut_off(there)


def test_a_backup_that_fails_leaves_nothing(backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SUPERUSER", "nobody_knows")
    with pytest.raises(errors.BackupFailed, match="nobody_knows"):
        back_up(backup.home, tmp_path / "new", tmp_path / "keys", keys_in_folder=False, report=print)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def copied(backup: Backup, home: Path) -> Path:
    """A copy of the backup, which a test may damage."""
    return Path(shutil.copytree(backup.folder, home.parent / "copied"))


def refuse(there: Path, folder: Path, keys: Path, error: type[errors.Problem]) -> str:
    with pytest.raises(error) as refusal:
        restore(there, folder, keys, replace=False, report=print)
    assert not Layout(there).data.exists()
    return refusal.value.messages["en"]


def first_changes(folder: Path) -> str:
    """The first WAL file that the backup needs; later files may be empty, because they are created in advance."""
    (needed,) = json.loads((folder / "data" / "backup_manifest").read_bytes())["WAL-Ranges"]
    high, low = (int(part, 16) for part in needed["Start-LSN"].split("/"))
    return f"{needed['Timeline']:08X}{high:08X}{low >> 24:08X}"


def test_a_damaged_backup_is_refused_and_the_home_not_touched(backup: Backup, there: Path, copied: Path) -> None:
    table = max((copied / "data" / "base").rglob("*"), key=lambda file: file.stat().st_size if file.is_file() else 0)
    with table.open("r+b") as file:
        file.seek(100)
        byte = file.read(1)
        file.seek(100)
        file.write(bytes([byte[0] ^ 1]))
    assert table.name in refuse(there, copied, backup.keys, errors.BackupDamaged)
    (copied / "data" / "backup_manifest").write_text("{}")
    refuse(there, copied, backup.keys, errors.BackupDamaged)
    shutil.copy(backup.folder / "data" / "backup_manifest", copied / "data" / "backup_manifest")
    shutil.copy(backup.folder / "data" / "base" / table.parent.name / table.name, table)
    for change in copied / "data" / "pg_wal" / first_changes(copied), copied / "data" / "planted":
        kept = change.read_bytes() if change.exists() else b""
        change.write_bytes(bytes(len(kept)))
        refuse(there, copied, backup.keys, errors.BackupDamaged)
        change.write_bytes(kept)
    (copied / "manifest.json").unlink()
    refuse(there, copied, backup.keys, errors.NotABackup)
    assert not there.exists()


def test_keys_of_another_backup_are_refused_by_name_and_a_grown_ring_is_taken(
    backup: Backup, there: Path, tmp_path: Path
) -> None:
    right = KeyFile.read(backup.keys)
    wrong = tmp_path / "wrong.json"
    KeyFile(Keys.make(), right.superuser_password).write(wrong)
    said = refuse(there, backup.folder, wrong, errors.WrongKeys)
    assert "data_keys.registration.k1" in said
    assert "superuser" not in said
    refuse(there, backup.folder, tmp_path / "none.json", errors.WrongKeys)
    content = json.loads(backup.keys.read_text())
    content["keys"]["lookup_keys"] = "k2:" + "b" * 43 + "=," + content["keys"]["lookup_keys"]
    wrong.write_text(json.dumps(content))
    restore(there, backup.folder, wrong, replace=False, report=print)
    assert load(there / "keys.json").lookup_keys.startswith("k2:")


def test_a_backup_of_a_newer_version_is_refused(backup: Backup, there: Path, copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    (copied / "manifest.json").write_text(json.dumps(manifest | {"version": "99.0.0"}))
    assert "99.0.0" in refuse(there, copied, backup.keys, errors.NewerBackup)
    (copied / "manifest.json").write_text(json.dumps(manifest | {"postgres": "17"}))
    assert "PostgreSQL 17" in refuse(there, copied, backup.keys, errors.NotABackup)


async def test_a_home_in_use_is_left_alone_unless_told_and_then_set_aside(backup: Backup, there: Path) -> None:
    told: Told = []
    with EmbeddedPostgres(there, settings=QUICK) as server:
        await ask(server.superuser_dsn(), *KEEP)
        with pytest.raises(errors.Problem, match="embedded_postgres_in_use"):
            restore(there, backup.folder, backup.keys, replace=True, report=told.append)
    with pytest.raises(errors.HomeNotEmpty):
        restore(there, backup.folder, backup.keys, replace=False, report=told.append)
    with EmbeddedPostgres(there, settings=QUICK) as server:
        assert await ask(server.superuser_dsn(), KEPT) == 7
    restore(there, backup.folder, backup.keys, replace=True, report=told.append)
    (aside,) = [folder for folder in await asyncio.to_thread(os.scandir, there) if folder.name.startswith("replaced-")]
    assert any(aside.path in line for line in told)
    assert "PG_VERSION" in os.listdir(f"{aside.path}/data")
    with EmbeddedPostgres(there, settings=QUICK) as server:
        assert len(await numbers(server, "two")) >= backup.before


async def test_a_restore_that_was_cut_off_is_not_started_from_and_can_be_run_again(
    backup: Backup, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(restoring, "save", die)
        with pytest.raises(KeyboardInterrupt):
            restore(there, backup.folder, backup.keys, replace=False, report=print)
    with pytest.raises(errors.RestoreUnfinished):
        await Deployment(there, Ports(free_port()), Profile.DEVELOPMENT, print).start()
    restore(there, backup.folder, backup.keys, replace=False, report=print)
    with EmbeddedPostgres(there, settings=QUICK) as server:
        assert len(await numbers(server, "two")) >= backup.before
