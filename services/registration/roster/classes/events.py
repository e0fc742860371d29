"""The event of a class. Pure."""

from collections.abc import Mapping
from typing import Any

from libs.shared.contracts.registration import ClassChanged
from services.registration.roster.classes.domain import label


def class_changed(row: Mapping[Any, Any]) -> ClassChanged:
    """What is told of a class, from its row as ``queries`` gives it; of the name that a person wrote, its label."""
    return ClassChanged.model_validate({**row, "label": label(row["name"], row["grade"])})
