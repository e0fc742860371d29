"""A result of a pupil. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Result:
    """One result of one pupil; ``value`` is the stored code (``libs.shared.files.kinds.indicator_values``)."""

    pupil_id: UUID
    indicator: str
    subject: str
    grade: int
    day: date
    value: str


@dataclass(frozen=True, slots=True)
class SharedResult:
    """A result that each of these pupils has."""

    indicator: str
    subject: str
    grade: int
    day: date
    value: str
    pupil_ids: Sequence[UUID]
