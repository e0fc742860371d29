"""``python -m libs.shared.db bootstrap``: make roles and databases from the addresses in the environment.

Reads ``SKOLELOEFT_ADMIN_DATABASE_URL`` and, for each of the five databases, ``<NAME>_DATABASE_URL`` and
``<NAME>_OWNER_DATABASE_URL``; each may also be a file of that name in ``SKOLELOEFT_SECRETS_DIR``.
"""

import asyncio
import os
import sys
from pathlib import Path

from libs.shared.db.bootstrap import DatabaseRoles, bootstrap

DATABASES = ("registration", "intervention_catalog", "absence_ingest", "evaluation_export", "eventlog")


def _setting(name: str) -> str | None:
    folder = os.environ.get("SKOLELOEFT_SECRETS_DIR")
    if name in os.environ:
        return os.environ[name]
    for candidate in (name, name.lower()):
        if folder and (path := Path(folder) / candidate).is_file():
            return path.read_text(encoding="utf-8").strip()
    return None


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    if arguments != ["bootstrap"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    admin = _setting("SKOLELOEFT_ADMIN_DATABASE_URL")
    if admin is None:
        sys.stderr.write("SKOLELOEFT_ADMIN_DATABASE_URL is not set: give a superuser's address.\n")
        return 2
    entries = []
    for name in DATABASES:
        owner, app = _setting(f"{name.upper()}_OWNER_DATABASE_URL"), _setting(f"{name.upper()}_DATABASE_URL")
        if owner and app:
            entries.append(DatabaseRoles(owner_url=owner, app_url=app))
    if not entries:
        sys.stderr.write("No <NAME>_DATABASE_URL with its <NAME>_OWNER_DATABASE_URL is set: nothing to make.\n")
        return 2
    for line in asyncio.run(bootstrap(admin, entries)):
        sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
