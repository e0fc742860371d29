"""The event of a calendar. Pure."""

from collections.abc import Mapping
from typing import Any

from libs.shared.contracts.registration import CalendarChanged


def calendar_changed(row: Mapping[Any, Any]) -> CalendarChanged:
    """The event of a calendar with all its school days, from a row of ``queries``."""
    return CalendarChanged.model_validate(dict(row))
