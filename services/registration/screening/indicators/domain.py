"""A result of a pupil. Pure."""

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
