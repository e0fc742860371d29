"""``dead-letters list | show ID | replay ID… | discard ID…``, for a service's ``__main__``.

``list``, ``replay --all`` and ``discard --all`` take ``--municipality CODE``.
"""

import argparse
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.database import Database
from libs.shared.events.dead_letters import DeadLetter, listed, locked
from libs.shared.events.handling import Handling, NotReplayable
from libs.shared.events.rawtext import from_bytes, printable
from libs.shared.observability.failures import describe_failure

_PAGE = 500


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dead-letters", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    of_one = argparse.ArgumentParser(add_help=False)
    of_one.add_argument("--municipality", metavar="CODE", help="of this one alone ('none': those that name none)")
    listing = commands.add_parser("list", parents=[of_one], help="the open ones, oldest first")
    listing.add_argument("--state", choices=("open", "replayed", "discarded"), default="open")
    listing.add_argument("--most", type=int, default=100)
    showing = commands.add_parser("show", help="one, with its headers")
    showing.add_argument("id", type=UUID)
    showing.add_argument("--value", action="store_true", help="its content too (a pupil's state: handle with care)")
    replaying = commands.add_parser("replay", parents=[of_one], help="handle again, by the code that runs now")
    replaying.add_argument("id", type=UUID, nargs="*")
    replaying.add_argument("--all", action="store_true", help="all open ones, oldest first")
    discarding = commands.add_parser("discard", parents=[of_one], help="write down that nothing will be done")
    discarding.add_argument("id", type=UUID, nargs="*")
    discarding.add_argument("--all", action="store_true", help="all open ones of --municipality")
    return parser


async def dead_letter_command(
    arguments: Sequence[str], *, db: Database, handling: Handling, write: Callable[[str], object] = sys.stdout.write
) -> int:
    """Run one command for ``handling.group``. Returns 0, or 1 if a letter does not exist or could not be handled."""
    parser = _parser()
    given = parser.parse_args(list(arguments))
    if given.command == "list":
        async with db.read() as session:
            found = await listed(
                session, handling.group, state=given.state, municipality=given.municipality, most=given.most
            )
        for letter in found:
            write(_line(letter))
        return 0
    if given.command == "show":
        return await _show(db, handling, given.id, with_value=given.value, write=write)
    if not given.id and not given.all:
        parser.error(f"{given.command} needs ids or --all")
    if given.command == "discard" and given.all and given.municipality is None:
        parser.error(
            "discard --all needs --municipality: discarding the letters of all municipalities cannot be undone"
        )
    act = handling.replay if given.command == "replay" else handling.discard
    done, failed = 0, 0
    async for letter_id in _chosen(db, handling.group, given):
        said = await _tried(act, letter_id)
        done, failed = (done, failed + 1) if said else (done + 1, failed)
        write(f"{letter_id}: {said or f'{given.command}ed'}\n")
    write(f"{done} of {done + failed} done\n")
    return 1 if failed else 0


async def _chosen(db: Database, group: str, given: argparse.Namespace) -> AsyncIterator[UUID]:
    """The named letters, or all open ones page by page; a letter that stays open is listed once."""
    if not given.all:
        for letter_id in given.id:
            yield letter_id
        return
    last: DeadLetter | None = None
    while True:
        async with db.read() as session:
            page = await listed(session, group, municipality=given.municipality, after=last, most=_PAGE)
        for letter in page:
            yield letter.id
        if len(page) < _PAGE:
            return
        last = page[-1]


async def _tried(act: Callable[[UUID], Awaitable[None]], letter_id: UUID) -> str | None:
    """The reason why it could not be done; None if it was."""
    try:
        await act(letter_id)
    except NotReplayable as why:
        return str(why)
    except NewerVersion as why:
        return f"{why}; deploy the newer program first"
    except Exception as why:
        return f"failed again with {describe_failure(why)['type']}; it stays open"
    return None


async def _show(
    db: Database, handling: Handling, letter_id: UUID, *, with_value: bool, write: Callable[[str], object]
) -> int:
    async with db.write() as session:
        letter = await locked(session, handling.group, letter_id)
    if letter is None:
        write(f"{handling.group} has no dead letter {letter_id}\n")
        return 1
    write(_line(letter))
    write(f"  state {letter.state}, given up {letter.at.isoformat()} after {letter.given_up.tries} tries\n")
    write(f"  municipality {letter.municipality or 'none'}\n")
    write(f"  reason {letter.given_up.reason}\n  key {printable(letter.record.key)}\n")
    for name, value in letter.record.headers:
        write(f"  {printable(name)}: {printable(from_bytes(value))}\n")
    if with_value:
        content = letter.record.value
        write("  (tombstone)\n" if content is None else f"{printable(from_bytes(content))}\n")
    return 0


def _line(letter: DeadLetter) -> str:
    record = letter.record
    place = f"{record.topic}/{record.partition}@{record.offset}"
    return f"{letter.id}  {place}  {letter.municipality or 'none'}  {letter.given_up.error_type}\n"
