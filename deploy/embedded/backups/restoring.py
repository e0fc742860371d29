"""Makes a home that `serve` can start from a backup.

A marker says from the first step to the last that the home is incomplete. The tasks of the next start are in
`after_restore`.
"""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from deploy.embedded import orphans
from deploy.embedded.backups import after_restore
from deploy.embedded.backups.checking import Damaged, check
from deploy.embedded.backups.errors import BackupDamaged, HomeNotEmpty, RestoreFailed, WrongKeys
from deploy.embedded.backups.key_file import KeyFile
from deploy.embedded.backups.manifest import DATA, Manifest, data_manifest
from deploy.embedded.backups.programs import ProgramFailed
from deploy.embedded.home import Layout, SupervisorLock, rename_durably, write_secret
from deploy.embedded.keys import save
from deploy.embedded.server_user import ServerUser, server_user

SET_ASIDE = ("postgres/data", "postgres-superuser.password", "keys.json", "logs")


def restore(home: Path, folder: Path, key_file: Path, *, replace: bool, report: Callable[[str], None]) -> Manifest:
    """Restore ``home`` from the backup in ``folder``. Everything is checked before the home is changed.

    ``replace`` moves existing data and keys to a folder of the home, and deletes nothing. Raises a ``Problem``.
    """
    folder, layout, user = folder.absolute(), Layout(home.absolute()), server_user()
    manifest = Manifest.read(folder)
    keys = _keys(key_file, manifest)
    report("checking the backup")
    _check(folder, manifest)
    layout.create(others_pass=user.switch)
    user.check_reaches(layout.postgres)
    lock = SupervisorLock(layout)
    lock.take()
    try:
        occupied = layout.data.exists() or (layout.home / "keys.json").exists()
        if occupied and not replace and not after_restore.cut_off(layout.home):
            raise HomeNotEmpty(home=layout.home)
        after_restore.begin(layout.home)
        if occupied:
            orphans.end(layout, user)
            _set_aside(layout, report)
        report(f"copying the databases to {layout.data}")
        _lay_out(folder / DATA, layout, user)
        write_secret(layout.password, keys.superuser_password + "\n")
        save(keys.keys, layout.home / "keys.json")
        rename_durably(layout.unfinished_data, layout.data)
        after_restore.laid_out(layout.home, manifest.made)
    except OSError as failure:
        raise RestoreFailed(reason=str(failure)) from failure
    finally:
        lock.release()
    return manifest


def _keys(path: Path, manifest: Manifest) -> KeyFile:
    try:
        keys = KeyFile.read(path)
    except (OSError, ValueError, TypeError, KeyError) as failure:
        raise WrongKeys(file=path, names=type(failure).__name__) from failure
    if missing := keys.missing(manifest.fingerprints):
        raise WrongKeys(file=path, names=", ".join(missing))
    return keys


def _check(folder: Path, manifest: Manifest) -> None:
    try:
        if data_manifest(folder) != manifest.data_manifest:
            raise BackupDamaged(folder=folder, reason="backup_manifest")
        check(folder / DATA)
    except (Damaged, ProgramFailed, OSError) as failure:
        raise BackupDamaged(folder=folder, reason=str(failure)) from failure


def _set_aside(layout: Layout, report: Callable[[str], None]) -> None:
    aside = layout.home / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    for name in SET_ASIDE:
        if (layout.home / name).exists():
            (layout.home / name).rename(aside / Path(name).name)
    report(f"what was there is in {aside}; delete it when it is needed no more")


def _lay_out(source: Path, layout: Layout, user: ServerUser) -> None:
    """Copy the data directory, make the server's user its owner, and flush it to disk."""
    draft = layout.unfinished_data
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft)
    user.own(draft)
    for folder, _, files in os.walk(draft, topdown=False):
        for path in (*(Path(folder, name) for name in files), Path(folder)):
            if user.switch:
                os.chown(path, user.uid, user.gid)
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
