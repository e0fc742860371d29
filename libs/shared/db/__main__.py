"""Creates roles and databases from the addresses in the environment.

    python -m libs.shared.db bootstrap            create them; when run again: change what differs
    python -m libs.shared.db bootstrap --retire   end the logins that no address names any more
    python -m libs.shared.db bootstrap --print    write the SQL of either for an administrator, and change nothing

Reads ``SKOLELOEFT_ADMIN_DATABASE_URL``, a role with CREATEROLE and CREATEDB (not for --print), and for each service's
database ``<NAME>_DATABASE_URL`` and ``<NAME>_OWNER_DATABASE_URL``. An event log in PostgreSQL has
``EVENTLOG_OWNER_DATABASE_URL`` and an ``EVENTLOG_<NAME>_DATABASE_URL`` for each service. Each may also be a file of
that name in ``SKOLELOEFT_SECRETS_DIR``. A login ``<name>_b`` in an address is the second login of role ``<name>``.
"""

import asyncio
import sys
from collections.abc import Iterable

import asyncpg

from libs.shared.base.settings import read_setting
from libs.shared.base.tellable import SetUpFault, Tellable
from libs.shared.contracts.topics import SERVICES
from libs.shared.db import script
from libs.shared.db.address import AddressRefused
from libs.shared.db.bootstrap import DatabaseRoles, bootstrap, retire
from libs.shared.db.roles import Login, Roles, SharedRoles
from libs.shared.observability.endings import complain, run_to_end

EVENT_LOG = "eventlog"
ADMIN = "SKOLELOEFT_ADMIN_DATABASE_URL"


class NotSet(SetUpFault):
    """A setting is missing; the text says which."""


class BootstrapFailed(Tellable):
    """The server refused the connection or did not answer; the text says which."""


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 when done, 2 for a usage or set-up error, a refusal, or a server that does not answer."""
    # The SQL is for a person; every other command runs in a pod and reports to its log.
    return run_to_end("db", lambda: _run(arguments), for_person="--print" in arguments)


def _run(arguments: list[str]) -> int:
    words, flags = [one for one in arguments if one[:2] != "--"], {one for one in arguments if one[:2] == "--"}
    if words != ["bootstrap"] or flags - {"--print", "--retire"}:
        return complain(f"{__doc__}")
    try:
        lines = _lines(printing="--print" in flags, retiring="--retire" in flags)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise BootstrapFailed(_sentence(error)) from error
    sys.stdout.writelines(line + "\n" for line in lines)
    return 0


def _lines(*, printing: bool, retiring: bool) -> Iterable[str]:
    if printing:
        return list(script.printed((script.retire if retiring else script.make)(_databases())))
    admin = read_setting(ADMIN)
    if not admin:
        raise NotSet(f"{ADMIN} is not set: give the address of a role with CREATEROLE and CREATEDB, or use --print")
    return asyncio.run((retire if retiring else bootstrap)(admin, _databases()))


def _databases() -> list[Roles]:
    found: list[Roles] = []
    for name in (*SERVICES, EVENT_LOG):
        setting = f"{name.upper()}_OWNER_DATABASE_URL"
        others = [name] if name != EVENT_LOG else [f"{EVENT_LOG}_{service}" for service in SERVICES]
        given = {f"{other.upper()}_DATABASE_URL": _address(f"{other.upper()}_DATABASE_URL") for other in others}
        owner, apps = _address(setting), [url for url in given.values() if url]
        if owner and len(apps) == len(given):
            log = SharedRoles(owner_url=owner, app_urls=tuple(apps))
            found.append(log if name == EVENT_LOG else DatabaseRoles(owner_url=owner, app_url=apps[0]))
        elif owner or apps:
            missing = next((missing for missing, url in given.items() if not url), setting) if owner else setting
            raise NotSet(f"{missing} is not set: a database needs the addresses of its owner and of all who use it")
    if not found:
        raise NotSet("No <NAME>_DATABASE_URL with its <NAME>_OWNER_DATABASE_URL is set: nothing to do.")
    return found


def _address(setting: str) -> str | None:
    given = read_setting(setting)
    if given:
        try:
            Login.of(given)
        except AddressRefused as refused:
            raise NotSet(f"{setting}: {refused}") from None
    return given


def _sentence(error: Exception) -> str:
    """The error as one sentence. PostgreSQL's errors about roles and databases quote names, never a password."""
    if isinstance(error, TimeoutError):
        return "bootstrap failed: PostgreSQL did not answer in time, or another bootstrap is running"
    detail = getattr(error, "detail", None)
    state = getattr(error, "sqlstate", None)
    more = f" ({'; '.join(part for part in (detail, state and f'SQLSTATE {state}') if part)})" if state else ""
    return f"bootstrap failed: {error.args[0] if state else error}{more}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
