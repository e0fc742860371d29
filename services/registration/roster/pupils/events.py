"""The event of a pupil. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from libs.shared.contracts.registration import PupilChanged


def pupil_changed(
    row: Mapping[Any, Any], lookup_keys: Sequence[Mapping[Any, Any]], memberships: Sequence[Mapping[Any, Any]]
) -> PupilChanged:
    """The event of a pupil, from its row with its keys and memberships; it has no identifier and no name."""
    return PupilChanged.model_validate(
        {**row, "lookup_keys": list(map(dict, lookup_keys)), "memberships": list(map(dict, memberships))}
    )
