"""``rebuild TOPIC [--above N] [--no-wait]``, for a service's ``__main__``."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Sequence

from libs.shared.db.database import Database
from libs.shared.events import rebuilds
from libs.shared.events.rebuilds import Rebuild
from libs.shared.events.subscriptions import Subscriptions

NOBODY_SECONDS = 30.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rebuild",
        description="Ask the workers to read a topic again from the start and to remove the rows that it does not name."
        " Asked again while one runs, it joins that one.",
    )
    parser.add_argument("topic")
    parser.add_argument(
        "--above",
        type=int,
        default=0,
        help="remove rows too whose version is not above this: the number that raise-versions has printed",
    )
    parser.add_argument("--no-wait", action="store_true", help="return at once; the workers do it all the same")
    return parser


async def rebuild_command(
    words: Sequence[str],
    *,
    db: Database,
    group: str,
    subscriptions: Subscriptions,
    write: Callable[[str], object] = sys.stdout.write,
    look_seconds: float = 1.0,
) -> int:
    """Request a rebuild and show its progress. Returns 0 when it is done (with ``--no-wait``: requested), 1 when it
    failed, 2 if the group has no read model of the topic.
    """
    given = _parser().parse_args(list(words))
    if subscriptions.read_model(given.topic) is None:
        kept = ", ".join(topic for topic in subscriptions.topics if subscriptions.read_model(topic) is not None)
        write(f"{group} keeps no read model of {given.topic}; it keeps those of {kept}\n")
        return 2
    async with db.write() as session:
        rebuild = await rebuilds.request(session, group, given.topic, above=given.above)
    write(f"{group}: the read model of {given.topic} is to be rebuilt ({rebuild.id})\n")
    if given.no_wait:
        return 0
    asked, shown, warned = time.monotonic(), "", False
    while rebuild.state == "running":
        if not rebuild.started and not warned and time.monotonic() - asked > NOBODY_SECONDS:
            write("no worker has begun: is one running, and is no other rebuild of the service under way?\n")
            warned = True
        await asyncio.sleep(look_seconds)
        async with db.read() as session:
            rebuild = await rebuilds.one(session, rebuild.id)
        if (line := _line(rebuild)) != shown:
            write(line)
            shown = line
    write(f"{rebuild.state}{': ' + rebuild.reason if rebuild.reason else ''}\n")
    return 0 if rebuild.state == "done" else 1


def _line(rebuild: Rebuild) -> str:
    waiting = "" if rebuild.waiting is None else f", {rebuild.waiting} to read"
    return f"{rebuild.taken} records taken, {rebuild.refused} refused, {rebuild.removed} rows removed{waiting}\n"
