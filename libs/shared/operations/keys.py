"""``keys in-use``, ``keys on-log`` and ``rotate-keys``, for a service's ``__main__``. The last line is JSON.

The lines contain ids of keys, numbers of rows and confirmations, but never a key.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from libs.shared.base.tellable import SetUpFault
from libs.shared.contracts.topics import TOPICS
from libs.shared.db.database import Database
from libs.shared.eventlog.port import EventLog
from libs.shared.rotation.on_log import keys_on
from libs.shared.rotation.places import Ring
from libs.shared.rotation.rotating import KeyUse, Rotated, confirmation, rotate
from libs.shared.rotation.slices import ROTATING
from libs.shared.rotation.usage import Usage, in_use

KEYED_TOPICS = ("registration.pupil",)
"""Topics whose events carry lookup keys."""

Write = Callable[[str], object]


def _keys_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="keys", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("in-use", help="each ring's keys: where, how many rows, until when")
    commands.add_parser("on-log", help="the lookup keys on the topics that this service reads; reads them whole")
    return parser


async def keys_command(
    arguments: Sequence[str],
    *,
    db: Database,
    use: KeyUse,
    reads: Sequence[str],
    log: Callable[[], EventLog],
    write: Write = sys.stdout.write,
) -> int:
    """Run one command; ``reads`` are the topics that the service subscribes to. Returns the exit code."""
    given = _keys_parser().parse_args(list(arguments))
    if given.command == "in-use":
        _say_usages(await in_use(db.within(ROTATING), use.places), use, write)
        return 0
    topics = [topic for topic in KEYED_TOPICS if topic in reads]
    if not topics:
        readers = sorted({service for topic in KEYED_TOPICS for service in TOPICS[topic].consumers})
        raise SetUpFault(f"{use.name} reads no topic with lookup keys; {', '.join(readers)} read one")
    bus = log()
    try:
        found = await keys_on(bus, use.name, topics)
    finally:
        await bus.close()
    ring = use.rings.get(Ring.LOOKUP)
    for key_id, records in sorted(found.items()):
        place = "" if ring is None else ", on the ring" if key_id in ring else ", OUTSIDE the ring"
        write(f"lookup {key_id}: {records} records{place}\n")
    write(json.dumps({"on_log": dict(sorted(found.items()))}) + "\n")
    return 0


def _say_usages(usages: Sequence[Usage], use: KeyUse, write: Write) -> None:
    for usage in usages:
        ring = use.rings.get(usage.ring)
        place = "" if ring is None else ", on the ring" if usage.key_id in ring else ", OUTSIDE the ring"
        until = f", until {usage.until:%Y-%m-%d %H:%M} UTC" if usage.until else ""
        needed = ", needs the key" if usage.needed else ""
        why = f" ({usage.why})" if usage.why else ""
        write(f"{usage.ring.value} {usage.key_id}{place}: {usage.rows} rows of {usage.where}{needed}{until}{why}\n")
    rings = {ring.value: list(keys) for ring, keys in use.rings.items()}
    write(json.dumps({"rings": rings, "in_use": [usage.as_json() for usage in usages]}) + "\n")


def _rotate_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rotate-keys", description="Seal again, and retire keys outside the rings.")
    parser.add_argument("--retire", action="append", default=[], metavar="RING:KEY", help="retire this key in any case")
    parser.add_argument(
        "--confirmed", action="append", default=[], metavar="KEY:CODE", help="what the other service has printed"
    )
    return parser


async def rotate_command(
    arguments: Sequence[str], *, db: Database, use: KeyUse, write: Write = sys.stdout.write
) -> int:
    """Run ``rotate-keys``. Returns 0 if no stored value uses a key outside the rings, else 1 after a line for each."""
    given = _rotate_parser().parse_args(list(arguments))

    def say(line: str) -> None:
        write(f"{use.name}: {line}\n")

    done = await rotate(
        db.within(ROTATING),
        use,
        also=_named(given.retire, use),
        confirmed=given.confirmed,
        say=say,
    )
    _say_rotated(done, use, write)
    return 0 if done.whole else 1


def _named(words: Sequence[str], use: KeyUse) -> Mapping[Ring, set[str]]:
    named: defaultdict[Ring, set[str]] = defaultdict(set)
    for word in words:
        ring_name, _, key_id = word.partition(":")
        if ring_name not in set(Ring) or not key_id:
            raise SetUpFault(f"--retire takes RING:KEY, with one of the rings {', '.join(Ring)}")
        ring = Ring(ring_name)
        if ring in use.rings and key_id in use.rings[ring]:
            raise SetUpFault(f"the key {key_id} is on the ring {ring.value}: take it off the ring first")
        named[ring].add(key_id)
    return named


def _say_rotated(done: Rotated, use: KeyUse, write: Write) -> None:
    for table, rows in sorted((+done.removed).items()):
        write(f"{use.name}: {rows} rows of {table} are gone or emptied\n")
    for column, values in sorted((+done.unreadable).items()):
        write(f"{use.name}: {values} values of {column} cannot be opened: their key is not on the ring\n")
    for usage in done.left:
        key = f"{usage.ring.value} {usage.key_id}"
        until = f", until {usage.until:%Y-%m-%d %H:%M} UTC" if usage.until else ""
        write(f"{use.name}: still stored of {key}: {usage.rows} rows of {usage.where}{until}\n")
    for reason in done.refused:
        write(f"{use.name}: not retired: {reason}\n")
    codes = []
    lookup = use.rings.get(Ring.LOOKUP)
    if lookup is not None and use.after is None:
        codes = [confirmation(lookup, use.name, key_id) for key_id in done.retired.get(Ring.LOOKUP, [])]
        for code in codes:
            write(f"{use.name}: the lookup key is retired here; elsewhere give: --confirmed {code}\n")
    write(json.dumps({"service": use.name, **done.as_json(), "confirmed": codes}) + "\n")
