"""What a gross list and its figures show. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.screening.gross_list.choosing import Outcomes, Summary


@dataclass(frozen=True, slots=True)
class Listed:
    """A pupil on a list, with every verdict: the flags, and the unknown ones. ``name`` is None until it is opened, and
    for a pupil whose name is protected.
    """

    pupil_id: UUID
    school_id: UUID
    institution_number: str
    class_id: UUID
    class_name: str
    grade: int
    outcomes: Outcomes
    verdicts: tuple[ScreeningVerdict, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class GrossList:
    """A page of a gross list on a day. ``summary`` counts all pupils whom the list is about, ``matching`` those whom it
    shows on all its pages. ``not_shown`` is the number of pupils who were also there on the day but are not judged for
    this caller.
    """

    rule_set: RuleSet
    summary: Summary
    not_shown: int
    matching: int
    items: Sequence[Listed]

    @property
    def expected_percent(self) -> Decimal:
        """The share of all pupils that the source expects the target group to be."""
        return self.rule_set.settings_as(ScreeningSettings).expected_percent


@dataclass(frozen=True, slots=True)
class SchoolPlace:
    """A school."""

    school_id: UUID
    institution_number: str
    name: str


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """A school's figures."""

    school: SchoolPlace
    summary: Summary


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a municipality's schools on a day, and of all of these schools together. ``coarse``: for somebody
    who does not work with the pupils, so small counts are hidden and the others rounded.
    """

    as_of: date
    rule_set: RuleSet
    total: Summary
    schools: Sequence[SchoolFigures]
    coarse: bool
