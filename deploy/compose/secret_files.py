"""``python -m deploy.compose.secret_files [FOLDER]``: write the secret files that docker-compose.yml mounts.

Each secret has one file, which is made once and never overwritten, so that a database keeps its passwords and its keys.
Only its owner can open the folder. The files in it are readable by everybody, because a container reads them as a
numbered user that the host does not know. Needs Python's standard library only.
"""

import os
import secrets
import sys
from pathlib import Path

from deploy.embedded.keys import Keys
from libs.shared.contracts.topics import SERVICES

FOLDER = Path(__file__).parent / "secrets"
DATABASE_HOST = "postgres:5432"


def secret_files(keys: Keys, superuser_password: str) -> dict[str, str]:
    """Content of each secret file by name. The name is that of a setting, in lower case."""
    return {
        "postgres_password": superuser_password,
        "skoleloeft_admin_database_url": f"postgresql://postgres:{superuser_password}@{DATABASE_HOST}/postgres",
        "skoleloeft_request_keys": keys.request_keys,
        **service_secrets(keys, DATABASE_HOST),
    }


def service_secrets(keys: Keys, database_host: str, options: str = "", suffix: str = "") -> dict[str, str]:
    """The services' key rings and database addresses.

    ``options`` is an address's query without its question mark; ``suffix`` is appended to the names of databases and
    roles, so that a second installation can use the same server.
    """
    files = {}
    for service in SERVICES:
        files.update({f"{service}_{setting}": ring for setting, ring in keys.of(service).items()})
        for setting, role in (("database_url", "app"), ("owner_database_url", "owner")):
            # Passwords consist of URL-safe characters (``Keys.make``), so they need no quoting.
            database = f"{service}_{suffix}" if suffix else service
            password = keys.passwords[f"{service}_{role}"]
            address = f"postgresql://{database}_{role}:{password}@{database_host}/{database}"
            files[f"{service}_{setting}"] = address + (f"?{options}" if options else "")
    return files


def write(folder: Path) -> list[str]:
    """Write all files if none is there; returns the names written. Raises ``FileExistsError`` if only some are."""
    made = secret_files(Keys.make(), secrets.token_urlsafe(24))
    there = [name for name in made if (folder / name).exists()]
    if len(there) == len(made):
        return []
    if there:
        missing = ", ".join(sorted(set(made) - set(there)))
        raise FileExistsError(f"{folder} holds some secrets but not {missing}: restore them, or empty the folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, content in made.items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, 0o444)
            file.write(content)
    return sorted(made)


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 if the files were there or are made, 1 if refused."""
    folder = Path(arguments[0]) if arguments else FOLDER
    try:
        written = write(folder)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{folder}: {f'{len(written)} secrets made' if written else 'all secrets are there'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
