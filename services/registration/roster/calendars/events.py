"""The event of a calendar. Pure."""

from collections.abc import Mapping
from typing import Any

from libs.shared.contracts.registration import CalendarChanged


def calendar_changed(row: Mapping[Any, Any]) -> CalendarChanged:
    """What is told of a calendar: all its school days, from the row that ``queries`` gives."""
    return CalendarChanged.model_validate(dict(row))
