"""Making a backup: PostgreSQL's base backup of the whole server, whether the platform runs or not.

All five databases are on one server and share one write-ahead log, so the copy has the same moment for all: the end of
the backup. It contains every transaction that was committed before then, and none that was committed later.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from deploy.embedded import binaries
from deploy.embedded.backups.checking import Damaged, check
from deploy.embedded.backups.errors import (
    BackupFailed,
    FolderNotEmpty,
    KeysBesideData,
    NothingToBackUp,
    OtherKeysThere,
)
from deploy.embedded.backups.key_file import KeyFile
from deploy.embedded.backups.manifest import DATA, FORMAT, Manifest, data_manifest, product_version
from deploy.embedded.backups.programs import ProgramFailed, run
from deploy.embedded.cluster import SUPERUSER
from deploy.embedded.errors import PostgresInUse
from deploy.embedded.home import Layout, rename_durably, superuser_password
from deploy.embedded.keys import load
from deploy.embedded.orphans import port_of
from deploy.embedded.postgres import EmbeddedPostgres


def back_up(
    home: Path, folder: Path, key_file: Path, *, keys_in_folder: bool, report: Callable[[str], None]
) -> Manifest:
    """Write a backup of ``home`` to ``folder``, which appears when it is complete and checked, and the keys to a file.

    Raises a ``Problem``; nothing is left of a backup that failed.
    """
    folder, key_file, layout = folder.resolve(), key_file.resolve(), Layout(home.absolute())
    if key_file.is_relative_to(folder) and not keys_in_folder:
        raise KeysBesideData(file=key_file)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(folder=folder)
    keys_path = layout.home / "keys.json"
    if not layout.data.exists() or not keys_path.exists():
        raise NothingToBackUp(home=home)
    _require_replaceable(key_file, KeyFile(load(keys_path), superuser_password(layout)))
    draft = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(mode=0o700, parents=True)
        with _server(home) as port:
            report("copying the databases")
            _copy(layout, port, draft / DATA)
        report("checking the copy")
        check(draft / DATA)
        # Read after the copy: the key of everything encrypted in the copy was in the file by then.
        keys = KeyFile(load(keys_path), superuser_password(layout))
        made = Manifest(
            format=FORMAT,
            version=product_version(),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            postgres=binaries.MAJOR_VERSION,
            data_manifest=data_manifest(draft),
            fingerprints=keys.fingerprints(),
        )
        made.write(draft)
        keys.write(draft / key_file.relative_to(folder) if key_file.is_relative_to(folder) else key_file)
        rename_durably(draft, folder)
    except (ProgramFailed, Damaged, OSError) as failure:
        raise BackupFailed(reason=str(failure)) from failure
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def _require_replaceable(path: Path, now: KeyFile) -> None:
    """An existing key file may be replaced if today's keys include all of its keys."""
    if not path.exists():
        return
    try:
        there = KeyFile.read(path)
    except (OSError, ValueError, TypeError, KeyError):
        raise OtherKeysThere(file=path) from None
    if now.missing(there.fingerprints()):
        raise OtherKeysThere(file=path)


@contextmanager
def _server(home: Path) -> Iterator[int]:
    """The port of the home's server: of the running platform's, or of one that runs only for the backup."""
    own = EmbeddedPostgres(home)
    try:
        own.start()
    except PostgresInUse:
        yield port_of(Layout(home.absolute()))
        return
    try:
        yield own.port
    finally:
        own.stop()


def _copy(layout: Layout, port: int, target: Path) -> None:
    """Copy over the private socket, including the changes that are made meanwhile."""
    options = [
        "--pgdata", str(target), "--host", str(layout.run),
        "--port", str(port), "--username", SUPERUSER, "--no-password", "--format=plain", "--wal-method=stream",
        "--checkpoint=fast", "--manifest-checksums=SHA256", "--label=skoleloeft",
    ]  # fmt: skip
    run("pg_basebackup", *options, PGPASSWORD=superuser_password(layout))
