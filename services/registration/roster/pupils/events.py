"""The event of a pupil. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from libs.shared.contracts.registration import PupilChanged


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
