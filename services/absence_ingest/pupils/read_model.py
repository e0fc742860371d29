"""The directory of pupils, and the rows that waited for one of them."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.read_models import Changed, Children, ReadModel, Row
from libs.shared.imports.columns import Key
from services.absence_ingest.pupils import queries
from services.absence_ingest.pupils.tables import Membership, Pupil

Replay = Callable[[WriteSession, str, Sequence[Key]], Awaitable[object]]
"""Plays parked rows of a municipality again whose pupil these keys now name."""


def memberships(state: PupilChanged) -> list[Row]:
    """The pupil's times at schools; two classes of one school at a time are one."""
    return [
        {
            "pupil_id": str(state.pupil_id),
            "municipality_code": state.municipality_code,
            **membership.model_dump(mode="json", include={"school_id", "valid_from", "valid_to"}),
        }
        for membership in state.memberships
    ]


def pupils(replay: Replay, moved: Changed) -> ReadModel[PupilChanged]:
    """The read model of pupils; ``moved`` is told of stays that came or went.

    In the transaction in which pupils arrive, rows parked under their new keys are played. All pupils are written
    before the first row is played: writers of absence lock pupils first and parked rows second, and so do we. A rebuild
    finds no new keys, so it plays nothing.
    """

    async def written(session: WriteSession, states: Sequence[PupilChanged]) -> None:
        new: dict[str, list[Key]] = defaultdict(list)
        for code, key in await queries.replace_keys(session, states):
            new[code].append(key)
        for code in sorted(new):
            await replay(session, code, new[code])

    return ReadModel(
        PupilChanged,
        Pupil,
        children=[Children(Membership, memberships, by=["pupil_id"], changed=moved)],
        written=written,
        forgetting=queries.forget_keys,
    )
