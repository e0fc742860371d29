"""``python -m libs.shared.db bootstrap``: make roles and databases from the addresses in the environment.

Reads ``SKOLELOEFT_ADMIN_DATABASE_URL`` and, for each of the five databases, ``<NAME>_DATABASE_URL`` and
``<NAME>_OWNER_DATABASE_URL``; each may also be a file of that name in ``SKOLELOEFT_SECRETS_DIR``.
"""

import asyncio
import sys

from libs.shared.base.settings import read_setting
from libs.shared.db.bootstrap import DatabaseRoles, bootstrap

DATABASES = ("registration", "intervention_catalog", "absence_ingest", "evaluation_export", "eventlog")


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    if arguments != ["bootstrap"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    admin = read_setting("SKOLELOEFT_ADMIN_DATABASE_URL")
    if admin is None:
        sys.stderr.write("SKOLELOEFT_ADMIN_DATABASE_URL is not set: give a superuser's address.\n")
        return 2
    entries = []
    for name in DATABASES:
        owner, app = read_setting(f"{name.upper()}_OWNER_DATABASE_URL"), read_setting(f"{name.upper()}_DATABASE_URL")
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
