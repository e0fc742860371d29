"""``dead-letters list | show ID | replay ID… | replay --all | discard ID…``, for a service's ``__main__``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from uuid import UUID

from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.database import Database
from libs.shared.delivery.dead_letters import DeadLetter, listed, locked
from libs.shared.delivery.handling import Handling, NotReplayable
from libs.shared.delivery.rawtext import from_bytes, printable
from libs.shared.observability.failures import describe_failure

MOST = 10_000


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dead-letters", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="the open ones, oldest first")
    listing.add_argument("--state", choices=("open", "replayed", "discarded"), default="open")
    listing.add_argument("--most", type=int, default=100)
    showing = commands.add_parser("show", help="one, with its headers")
    showing.add_argument("id", type=UUID)
    showing.add_argument("--value", action="store_true", help="its content too (a pupil's state: handle with care)")
    replaying = commands.add_parser("replay", help="handle again, by the code that runs now")
    replaying.add_argument("id", type=UUID, nargs="*")
    replaying.add_argument("--all", action="store_true", help="all open ones, oldest first")
    discarding = commands.add_parser("discard", help="write down that nothing will be done")
    discarding.add_argument("id", type=UUID, nargs="+")
    return parser


async def dead_letter_command(
    arguments: Sequence[str], *, db: Database, handling: Handling, write: Callable[[str], object] = sys.stdout.write
) -> int:
    """Run one command for ``handling.group``; 0 when all went well, 1 when a letter could not be dealt with."""
    given = _parser().parse_args(list(arguments))
    if given.command == "list":
        async with db.read() as session:
            for letter in await listed(session, handling.group, state=given.state, most=given.most):
                write(_line(letter))
        return 0
    if given.command == "show":
        return await _show(db, handling, given.id, with_value=given.value, write=write)
    letters: list[UUID] = given.id
    if given.command == "replay" and given.all:
        async with db.read() as session:
            letters = [letter.id for letter in await listed(session, handling.group, most=MOST)]
    act = handling.replay if given.command == "replay" else handling.discard
    failed = 0
    for letter_id in letters:
        try:
            await act(letter_id)
        except NotReplayable as why:
            failed += 1
            write(f"{letter_id}: {why}\n")
        except NewerVersion as why:
            failed += 1
            write(f"{letter_id}: {why}; deploy the newer program first\n")
        except Exception as why:
            failed += 1
            write(f"{letter_id}: failed again with {describe_failure(why)['type']}; it stays open\n")
        else:
            write(f"{letter_id}: {given.command}ed\n")
    write(f"{len(letters) - failed} of {len(letters)} done\n")
    return 1 if failed else 0


async def _show(
    db: Database, handling: Handling, letter_id: UUID, *, with_value: bool, write: Callable[[str], object]
) -> int:
    async with db.write() as session:
        letter = await locked(session, handling.group, letter_id)
    if letter is None:
        write(f"{handling.group} has no dead letter {letter_id}\n")
        return 1
    write(_line(letter))
    write(f"  state {letter.state}, given up {letter.at.isoformat()} after {letter.fate.tries} tries\n")
    write(f"  municipality {letter.municipality or 'none'}\n")
    write(f"  reason {letter.fate.reason}\n  key {printable(letter.record.key)}\n")
    for name, value in letter.record.headers:
        write(f"  {printable(name)}: {printable(from_bytes(value))}\n")
    if with_value:
        content = letter.record.value
        write("  (tombstone)\n" if content is None else f"{printable(from_bytes(content))}\n")
    return 0


def _line(letter: DeadLetter) -> str:
    record = letter.record
    place = f"{record.topic}/{record.partition}@{record.offset}"
    return f"{letter.id}  {place}  {letter.municipality or 'none'}  {letter.fate.error_type}\n"
