"""Outbox rows that the log can never take: the relay sets them aside, and a person lists, releases or drops them.

``outbox list | release SEQ… | drop SEQ…``, for a service's ``__main__``.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from sqlalchemy import text

from libs.shared.contracts.topics import DEAD_LETTERS
from libs.shared.db.database import Database, WriteSession
from libs.shared.events.outbox import CHANNEL

COUNT = "SELECT count(*) FROM outbox WHERE set_aside_at IS NOT NULL"
PUT = "UPDATE outbox SET set_aside_at = clock_timestamp(), set_aside_reason = $2 WHERE seq = $1"

_LIST = text(
    """
    SELECT seq, topic, octet_length(value) AS bytes, created_at, set_aside_at, set_aside_reason
    FROM outbox WHERE set_aside_at IS NOT NULL ORDER BY seq
    """
)
# The row is locked: two concurrent releases of one key must not both conclude that nothing newer was published.
_FIND = text(
    """
    SELECT topic, EXISTS (
        SELECT 1 FROM outbox AS later
        WHERE later.topic = outbox.topic AND later.key = outbox.key AND later.seq > outbox.seq
    ) AS replaced
    FROM outbox WHERE seq = :seq AND set_aside_at IS NOT NULL FOR UPDATE
    """
)
_RELEASE = text("UPDATE outbox SET set_aside_at = NULL, set_aside_reason = NULL WHERE seq = :seq")
_DROP = text("DELETE FROM outbox WHERE seq = :seq")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="outbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the rows set aside: number, topic, bytes, since when and why")
    releasing = commands.add_parser("release", help="let the relay try again, after the log's limit was raised")
    releasing.add_argument("seq", type=int, nargs="+")
    dropping = commands.add_parser("drop", help="delete, once the state is published in another way or not needed")
    dropping.add_argument("seq", type=int, nargs="+")
    return parser


async def outbox_command(
    arguments: Sequence[str], *, db: Database, write: Callable[[str], object] = sys.stdout.write
) -> int:
    """Run one command. Returns 0, or 1 if a row could not be released or dropped. Keys are never shown."""
    given = _parser().parse_args(list(arguments))
    if given.command == "list":
        async with db.read() as session:
            for row in await session.execute(_LIST):
                write(
                    f"{row.seq}  {row.topic}  {row.bytes or 0} bytes  written {row.created_at.isoformat()}"
                    f"  set aside {row.set_aside_at.isoformat()}  {row.set_aside_reason}\n"
                )
        return 0
    failed = 0
    for seq in given.seq:
        async with db.write() as session:
            why_not = await _settle(session, given.command, seq)
        write(f"{seq}: {why_not or ('released' if given.command == 'release' else 'dropped')}\n")
        failed += why_not is not None
    return 1 if failed else 0


async def _settle(session: WriteSession, command: str, seq: int) -> str | None:
    """Release or drop the row; returns None, or why it was not done."""
    row = (await session.execute(_FIND, {"seq": seq})).one_or_none()
    if row is None:
        return "no row of that number is set aside"
    if command == "drop":
        await session.execute(_DROP, {"seq": seq})
        return None
    if row.replaced and row.topic not in DEAD_LETTERS:
        # Compaction keeps what was appended last, so an older state must not come after a newer one.
        return "a later event of its key is in the outbox or published; this one is out of date: drop it"
    await session.execute(_RELEASE, {"seq": seq})
    await session.execute(text(f"NOTIFY {CHANNEL}"))
    return None
