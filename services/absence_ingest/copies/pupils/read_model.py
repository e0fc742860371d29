"""The directory of pupils; rows of unknown pupils are parked until their pupil arrives."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import UUID

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.read_models import Changed, Children, ReadModel, Row
from libs.shared.imports.parked import due
from services.absence_ingest.copies.pupils import queries
from services.absence_ingest.copies.pupils.tables import Membership, Pupil


def memberships(state: PupilChanged) -> list[Row]:
    """The pupil's memberships of schools; simultaneous ones in two classes of one school are merged."""
    return [
        {
            "pupil_id": str(state.pupil_id),
            "municipality_code": state.municipality_code,
            **membership.model_dump(mode="json", include={"school_id", "valid_from", "valid_to"}),
        }
        for membership in state.memberships
    ]


Joined = Callable[[WriteSession, Sequence[UUID]], Awaitable[None]]
"""Called with pupils to whom another pupil's absence belongs."""


async def note_arrivals(session: WriteSession, states: Sequence[PupilChanged], joined: Joined) -> None:
    """Write the pupils' keys, and note that parked rows of these pupils can be replayed by the worker."""
    if to_whom := await queries.note_former(session, states):
        await joined(session, to_whom)
    for code, ids in sorted((await queries.replace_keys(session, states)).items()):
        await due(session, code, pupils=ids)


async def forget(session: WriteSession, pupils: Sequence[tuple[str, ...]], joined: Joined) -> None:
    """Forget the keys; rows that are parked because of these pupils' memberships then wait for an unknown pupil.
    Absence that a file wrote until now may belong to another pupil.
    """
    if to_whom := await queries.now_called(session, pupils):
        await joined(session, to_whom)
    for code, ids in (await queries.forget_keys(session, pupils)).items():
        await due(session, code, pupils=ids)


def pupils(moved: Changed, joined: Joined) -> ReadModel[PupilChanged]:
    """The read model of pupils; ``moved`` is called with added and removed stays."""
    return ReadModel(
        PupilChanged,
        Pupil,
        children=[Children(Membership, memberships, by=["pupil_id"], changed=moved)],
        written=partial(note_arrivals, joined=joined),
        forgetting=partial(forget, joined=joined),
    )
