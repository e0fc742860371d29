"""``python -m services.<name> <command>``."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from libs.shared.base.settings import read_setting
from libs.shared.base.tellable import SetUpFault
from libs.shared.db.migrate import migrate
from libs.shared.eventlog.factory import open_event_log
from libs.shared.events.set_aside import outbox_command
from libs.shared.observability.endings import complain, run_to_end
from libs.shared.operations.dead_letters import dead_letter_command
from libs.shared.operations.keys import keys_command, rotate_command
from libs.shared.operations.rebuilding import rebuild_command
from libs.shared.operations.republishing import republish_command
from libs.shared.privacy.keys import KeyRing
from libs.shared.privacy.subjects import SubjectKeys
from libs.shared.rotation.rotating import KeyUse
from libs.shared.runtime.core import handling, open_core
from libs.shared.runtime.processes import Part, run
from libs.shared.runtime.service import Core, Service

USAGE = """usage: python -m services.{name} COMMAND

  api            serve HTTP
  worker         relay, consumer and background work; HTTP for health and metrics only
  all            both in one process
  migrate        bring the database to the newest revision
  rebuild        TOPIC [--above N] [--no-wait]: read a topic again into its read model, and remove what it does not name
  republish      [TOPIC…]: tell every state of this service's topics again
  raise-versions after a restore from a backup: tell every state again with a version above all before
  dead-letters   list | show ID | replay ID… | replay --all | discard ID…
  outbox         list | release SEQ… | drop SEQ…
  subject-key    SUB, or - to read it from the input: how logs and columns name the caller with this sub
  keys           in-use | on-log: which keys of the rings are in use, where and until when
  rotate-keys    [--retire RING:KEY] [--confirmed KEY:CODE]: seal again by the active keys, retire those off the rings
{more}"""


IN_PODS = frozenset({"api", "worker", "all", "migrate"})
"""Commands that run unattended: their last message is a line of the log, see ``endings``."""


def main(service: Service, arguments: Sequence[str]) -> int:
    """Run a command. Exit codes: 0 done, 1 failed, 2 usage or set-up error."""
    for_person = not (IN_PODS | service.jobs) & set(arguments[:1])
    return run_to_end(service.name, lambda: _dispatch(service, arguments), for_person=for_person)


def _dispatch(service: Service, arguments: Sequence[str]) -> int:
    match list(arguments):
        case [("api" | "worker" | "all") as part]:
            return asyncio.run(_run(service, Part(part)))
        case ["migrate"]:
            return asyncio.run(_migrate(service))
        case ["subject-key", sub]:
            return _subject_key(sys.stdin.readline().rstrip("\n") if sub == "-" else sub)
        case [command, *words] if command in _COMMANDS:
            return asyncio.run(_COMMANDS[command](service, words))
        case [command, *words] if command in service.commands:
            return service.commands[command](service, words)
    more = "".join(f"  {name}\n" for name in service.commands)
    return complain(USAGE.format(name=service.name, more=more))


async def _dead_letters(service: Service, words: Sequence[str]) -> int:
    async with open_core(service) as core:
        subscriptions = service.wire(core).subscriptions
        if subscriptions is None:
            return complain(f"{service.name} subscribes to nothing and so has no dead letters")
        return await dead_letter_command(words, db=core.db, handling=handling(core, subscriptions))


async def _outbox(service: Service, words: Sequence[str]) -> int:
    async with open_core(service) as core:
        return await outbox_command(words, db=core.db)


async def _rebuild(service: Service, words: Sequence[str]) -> int:
    async with open_core(service) as core:
        subscriptions = service.wire(core).subscriptions
        if subscriptions is None:
            return complain(f"{service.name} subscribes to nothing and so keeps no read model")
        return await rebuild_command(words, db=core.db, group=core.name, subscriptions=subscriptions)


async def _republish(service: Service, topics: Sequence[str]) -> int:
    return await _tell_again(service, topics, raised=False)


async def _raise_versions(service: Service, words: Sequence[str]) -> int:
    if words:
        return complain("raise-versions takes no words: the versions of all topics rise together")
    return await _tell_again(service, (), raised=True)


async def _tell_again(service: Service, topics: Sequence[str], *, raised: bool) -> int:
    async with open_core(service) as core:
        republishing = service.wire(core).republishing
        return await republish_command(topics, db=core.db, service=core.name, republishing=republishing, raised=raised)


async def _keys(service: Service, words: Sequence[str]) -> int:
    async with open_core(service) as core:
        subscriptions = service.wire(core).subscriptions
        return await keys_command(
            words,
            db=core.db,
            use=_key_use(service, core),
            reads=sorted(subscriptions.topics) if subscriptions else [],
            log=lambda: open_event_log(core.shared.event_log.get_secret_value(), client_id=f"{core.name}-keys"),
        )


async def _rotate_keys(service: Service, words: Sequence[str]) -> int:
    async with open_core(service) as core:
        return await rotate_command(words, db=core.db, use=_key_use(service, core))


def _key_use(service: Service, core: Core) -> KeyUse:
    return service.keys(core) if service.keys else KeyUse(service.name)


_COMMANDS: dict[str, Callable[[Service, Sequence[str]], Coroutine[Any, Any, int]]] = {
    "dead-letters": _dead_letters,
    "outbox": _outbox,
    "rebuild": _rebuild,
    "republish": _republish,
    "raise-versions": _raise_versions,
    "keys": _keys,
    "rotate-keys": _rotate_keys,
}


async def _run(service: Service, part: Part) -> int:
    async with open_core(service) as core:
        return await run(service, core, part)


def _subject_key(sub: str) -> int:
    """Print the subject's form by the active key, then those by the other keys on the ring."""
    given = read_setting("SKOLELOEFT_REQUEST_KEYS")
    if not given:
        raise SetUpFault("SKOLELOEFT_REQUEST_KEYS is not set: give the ring of the services")
    keys = SubjectKeys(KeyRing.parse(given))
    sys.stdout.write("\n".join([keys.subject_key(sub), *sorted(keys.former(sub))]) + "\n")
    return 0


async def _migrate(service: Service) -> int:
    # Not the service's settings: migrating needs the address of the owner and none of the keys.
    name = f"{service.name.upper()}_OWNER_DATABASE_URL"
    owner = read_setting(name)
    if not owner:
        raise SetUpFault(f"{name} is not set: give the owner role's address")
    revision = await migrate(service.migrations, owner)
    sys.stdout.write(f"{service.name}: at revision {revision}\n")
    return 0
