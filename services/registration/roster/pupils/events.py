"""The event of a pupil. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from libs.shared.contracts.registration import PupilChanged


def pupil_changed(
    row: Mapping[Any, Any], lookup_keys: Sequence[Mapping[Any, Any]], memberships: Sequence[Mapping[Any, Any]]
) -> PupilChanged:
    """What is told of a pupil, from its row with its keys and its times in classes: no identifier and no name."""
    return PupilChanged.model_validate(
        {**row, "lookup_keys": list(map(dict, lookup_keys)), "memberships": list(map(dict, memberships))}
    )
