"""The event of a pupil's screening: the decisions that selected the pupil, without texts and verdicts."""

from collections.abc import Iterable, Mapping
from typing import Any

from libs.shared.contracts.registration import ScreeningChanged


def screening_changed(row: Mapping[Any, Any], selections: Iterable[Mapping[Any, Any]]) -> ScreeningChanged:
    """The event of one pupil."""
    return ScreeningChanged.model_validate({**row, "selections": [dict(each) for each in selections]})
