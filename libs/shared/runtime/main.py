"""``python -m services.<name> <command>``."""

import asyncio
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from libs.shared.auth.refusals import IssuerRefused
from libs.shared.base.settings import read_setting
from libs.shared.db.migrate import migrate
from libs.shared.delivery.command import dead_letter_command
from libs.shared.delivery.set_aside import outbox_command
from libs.shared.eventlog.port import EventLogError
from libs.shared.runtime.core import handling, open_core
from libs.shared.runtime.processes import Part, run
from libs.shared.runtime.service import Service

USAGE = """usage: python -m services.{name} COMMAND

  api            serve HTTP
  worker         relay, consumer and background work; HTTP for health and metrics only
  all            both in one process
  migrate        bring the database to the newest revision
  dead-letters   list | show ID | replay ID… | replay --all | discard ID…
  outbox         list | release SEQ… | drop SEQ…
{more}"""


def main(service: Service, arguments: Sequence[str]) -> int:
    """Run a command; returns the exit code: 0 done, 1 failed, 2 not understood or not set up."""
    try:
        return _dispatch(service, arguments)
    except ValidationError as error:
        return _complain("not set or not valid: " + ", ".join(_names(service, error)))
    except (IssuerRefused, EventLogError, OSError, ValueError) as error:
        return _complain(f"{type(error).__name__}: {error}")


def _dispatch(service: Service, arguments: Sequence[str]) -> int:
    match list(arguments):
        case [("api" | "worker" | "all") as part]:
            return asyncio.run(_run(service, Part(part)))
        case ["migrate"]:
            return asyncio.run(_migrate(service))
        case ["dead-letters", *words]:
            return asyncio.run(_dead_letters(service, words))
        case ["outbox", *words]:
            return asyncio.run(_outbox(service, words))
        case [command, *words] if command in service.commands:
            return service.commands[command](service, words)
    more = "".join(f"  {name}\n" for name in service.commands)
    return _complain(USAGE.format(name=service.name, more=more))


async def _dead_letters(service: Service, words: Sequence[str]) -> int:
    async with open_core(service) as core:
        subscriptions = service.wire(core).subscriptions
        if subscriptions is None:
            return _complain(f"{service.name} subscribes to nothing and so has no dead letters")
        return await dead_letter_command(words, db=core.db, handling=handling(core, subscriptions))


async def _outbox(service: Service, words: Sequence[str]) -> int:
    async with open_core(service) as core:
        return await outbox_command(words, db=core.db)


async def _run(service: Service, part: Part) -> int:
    async with open_core(service) as core:
        return await run(service, core, part)


async def _migrate(service: Service) -> int:
    # Not the service's settings: who migrates needs the owner's address and none of the keys.
    name = f"{service.name.upper()}_OWNER_DATABASE_URL"
    owner = read_setting(name)
    if not owner:
        return _complain(f"{name} is not set: give the owner role's address")
    revision = await migrate(service.migrations, owner)
    sys.stdout.write(f"{service.name}: at revision {revision}\n")
    return 0


def _names(service: Service, error: ValidationError) -> list[str]:
    prefix = "SKOLELOEFT" if error.title == "SharedSettings" else service.name.upper()
    return [f"{prefix}_{'_'.join(map(str, found['loc'])).upper()}" for found in error.errors()]


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2
