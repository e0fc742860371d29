"""The event of a pupil, and how a file's many are made by set in the database; a test compares the two."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.by_set import BySet
from libs.shared.events.outbox import Outbox

PUPILS = BySet(
    PupilChanged(
        aggregate_version=1,
        municipality_code="101",
        pupil_id=UUID(int=0),
        person_id=UUID(int=0),
        has_cpr_number=True,
        lookup_keys=[],
        memberships=[],
    ),
    texts={name: name for name in ("municipality_code", "pupil_id", "person_id")},
    raws={
        "has_cpr_number": "has_cpr_number",
        "lookup_keys": "'[' || keys || ']'",
        "memberships": "'[' || stays || ']'",
        "former_pupil_ids": "'[' || former || ']'",
        "split_from_pupil_id": "split_from",
    },
)
"""Over the columns of ``state`` in ``queries.states``, whose lists are the parts between the brackets."""


async def add_pupil_gone(session: WriteSession, outbox: Outbox, pupil_id: UUID, municipality_code: str) -> None:
    """Write the tombstone of a pupil who turned out to be another one."""
    await outbox.tombstone(session, PupilChanged.TOPIC, str(pupil_id), municipality=municipality_code)


def pupil_changed(
    row: Mapping[Any, Any],
    lookup_keys: Sequence[Mapping[Any, Any]],
    memberships: Sequence[Mapping[Any, Any]],
    former_ids: Sequence[UUID] = (),
    split_from: UUID | None = None,
) -> PupilChanged:
    """The event of a pupil, from its row with its keys, memberships and former ids; without identifiers and name."""
    return PupilChanged.model_validate(
        {
            **row,
            "lookup_keys": list(map(dict, lookup_keys)),
            "memberships": list(map(dict, memberships)),
            "former_pupil_ids": list(former_ids),
            "split_from_pupil_id": split_from,
        }
    )
