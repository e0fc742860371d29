"""The data directory and the settings the server runs with."""

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.binaries import MAJOR_VERSION
from deploy.embedded.errors import ForeignData, StartFailed
from deploy.embedded.home import Layout, rename_durably
from deploy.embedded.server_user import ServerUser

SUPERUSER = "postgres"

TUNABLE = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_rotation_size": "10MB",
}
"""The settings that a deployment may change."""

PRIVACY = {
    # A statement, a parameter, or the DETAIL of an error ("Key (cpr)=(...) already exists") holds values of rows.
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    # The sentence of an error holds them too ("invalid input syntax for type date: ..."). The client gets that
    # sentence; the log keeps LOG, FATAL and PANIC, which are about the server (in this order ERROR is below LOG).
    "log_min_messages": "log",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
}
"""Nothing from a row reaches the server's log."""

LOGGING = {
    "logging_collector": "on",
    "log_destination": "stderr",
    "log_directory": "log",
    "log_filename": "server-%Y%m%d-%H%M%S.log",  # a new name each time; `EmbeddedPostgres.prune_logs` deletes old ones
    "log_rotation_age": "1d",
    "log_file_mode": "0600",
    "log_timezone": "UTC",
}


def cluster_name(layout: Layout) -> str:
    """A name made from the data directory; every process of the server has it in its title."""
    return "skoleloeft-" + hashlib.sha256(bytes(layout.data)).hexdigest()[:12]


def server_settings(layout: Layout, port: int, chosen: Mapping[str, str]) -> dict[str, str]:
    """All settings of a start. They are passed on the command line, so settings in the data directory never override
    them.

    Raises ValueError when `chosen` would change a setting that keeps the server private or that is needed to find it.
    """
    fixed = {
        **PRIVACY,
        **LOGGING,
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": '"' + str(layout.run).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "cluster_name": cluster_name(layout),
        "data_directory": str(layout.data),
        "hba_file": str(layout.data / "pg_hba.conf"),
    }
    if refused := sorted(fixed.keys() & {name.lower() for name in chosen}):
        raise ValueError(f"these settings are fixed: {', '.join(refused)}")
    return {**TUNABLE, **chosen, **fixed}


def ensure_cluster(layout: Layout, programs: Path, user: ServerUser, password: str, *, sync: bool) -> None:
    """Make the data directory if there is none; raise `ForeignData` if it is not usable by this server.

    Passwords (scram-sha-256) are required on the socket and on TCP. The encoding is UTF-8 with PostgreSQL's own C.UTF-8
    rules, so that no index depends on the machine's locales. Page checksums are on (the default of 18).
    """
    if layout.data.exists():
        version = (layout.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != MAJOR_VERSION:
            raise ForeignData(data=layout.data, found=f"version {version}", wanted=f"version {MAJOR_VERSION}")
        owner = layout.data.stat().st_uid
        if owner != user.uid:
            raise ForeignData(data=layout.data, found=f"uid {owner}", wanted=f"uid {user.uid} ({user.name})")
        return
    draft = layout.unfinished_data
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    password_file = layout.postgres / "initdb.password"
    password_file.unlink(missing_ok=True)
    try:
        password_file.touch(mode=0o600)
        password_file.write_text(password + "\n", encoding="ascii")
        user.own_file(password_file)
        user.own(draft)
        command = [
            str(programs / "initdb"), "-D", str(draft), "--username", SUPERUSER, "--pwfile", str(password_file),
            "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *([] if sync else ["--no-sync"]),
        ]  # fmt: skip
        initdb = user.spawn(command, output=subprocess.PIPE)
        try:
            output, _ = initdb.communicate(timeout=120)
        except BaseException:
            initdb.kill()
            initdb.wait()
            raise
    finally:
        password_file.unlink(missing_ok=True)
    if initdb.returncode != 0:
        raise StartFailed(reason=output.decode(errors="replace").strip()[-800:])
    rename_durably(draft, layout.data)
