"""The event of a municipality. Pure."""

from collections.abc import Mapping
from typing import Any

from libs.shared.contracts.registration import MunicipalityChanged


def municipality_changed(row: Mapping[Any, Any]) -> MunicipalityChanged:
    """What is told of a municipality, from its row as ``queries`` gives it."""
    return MunicipalityChanged.model_validate(dict(row))
