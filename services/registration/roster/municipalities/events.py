"""The event of a municipality. Pure."""

from collections.abc import Mapping
from typing import Any

from libs.shared.contracts.registration import MunicipalityChanged


def municipality_changed(row: Mapping[Any, Any]) -> MunicipalityChanged:
    """The event of a municipality, from a row of ``queries``."""
    return MunicipalityChanged.model_validate(dict(row))
