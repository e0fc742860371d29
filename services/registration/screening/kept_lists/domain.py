"""A kept list. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.screening.gross_list.choosing import Wanted


@dataclass(frozen=True, slots=True)
class KeptPupil:
    """A pupil of a kept list, with the verdicts of that day. ``position`` is the place in the list, from 1."""

    position: int
    pupil_id: UUID
    school_id: UUID
    institution_number: str
    class_id: UUID
    class_name: str
    grade: int
    verdicts: tuple[ScreeningVerdict, ...]


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list as it was, but for its pupils. ``school_id`` is None for a list of the whole municipality. ``pupils`` is
    the number of pupils that it showed.
    """

    kept_list_id: UUID
    municipality_code: str
    school_id: UUID | None
    as_of: date
    wanted: Wanted
    rule_set: str
    version: int
    screened: int
    not_shown: int
    flagged: int
    expected_percent: Decimal
    outcomes: Mapping[str, Mapping[str, int]]
    pupils: int
    kept_by: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class ShownList:
    """A page of a kept list as the caller may see it. ``erased`` is the number of pupils whose rows are gone because
    the pupils were erased, ``not_shown`` that of pupils whom the caller may not see today. ``names`` are those of
    today.
    """

    kept: KeptList
    items: Sequence[KeptPupil]
    names: Mapping[UUID, str | None]
    erased: int
    not_shown: int


def as_stored(wanted: Wanted) -> dict[str, Any]:
    """The filters as JSON."""
    return {
        "rule": wanted.rule,
        "outcome": wanted.outcome,
        "class_id": None if wanted.class_id is None else str(wanted.class_id),
        "grade": wanted.grade,
        "everyone": wanted.everyone,
    }
