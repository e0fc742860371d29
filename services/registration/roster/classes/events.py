"""The event of a class. Pure."""

from collections.abc import Mapping
from typing import Any

from libs.shared.contracts.registration import ClassChanged
from services.registration.roster.classes.domain import label


def class_changed(row: Mapping[Any, Any]) -> ClassChanged:
    """The event of a class, from a row of ``queries``. Of the name, which a person wrote, it has only the label."""
    return ClassChanged.model_validate({**row, "label": label(row["name"], row["grade"])})
