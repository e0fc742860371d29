"""Keeping the directory, and playing the rows that waited for a pupil."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.subscriptions import newest
from libs.shared.imports.columns import Key
from services.absence_ingest.pupils import queries

Replay = Callable[[WriteSession, str, Sequence[Key]], Awaitable[object]]
"""Plays parked rows of a municipality again whose pupil these keys now name."""


async def take_pupils(session: WriteSession, events: Sequence[Event[PupilChanged]], *, replay: Replay) -> None:
    """Keep the newest state of each pupil, then play the rows parked under its new keys, in the same transaction.

    All pupils are written before the first row is played: writers of absence lock pupils first and parked rows
    second, and so do we.
    """
    states = await queries.keep(session, [event.data for event in newest(events)])
    if not states:
        return
    await queries.replace_memberships(session, states)
    new: dict[str, list[Key]] = defaultdict(list)
    for code, key in await queries.replace_keys(session, states):
        new[code].append(key)
    for code in sorted(new):
        await replay(session, code, new[code])
