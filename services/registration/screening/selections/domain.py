"""A selection and its conditions. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.screening.selections.errors import (
    DesignatedNotSelected,
    SelectionNotVulnerable,
    SelectionOfClass,
    SelectionOfGroup,
    SelectionOfPupil,
    SelectionReasonMissing,
    SelectionReasonNotOfClass,
)


class SelectionKind(StrEnum):
    """Whom the decision is about; all three exist (source 000, step 1)."""

    PUPIL = "pupil"
    GROUP = "group"
    CLASS = "class"


class Behind(StrEnum):
    """In what those selected are behind."""

    ACADEMICALLY = "academically"
    WELLBEING = "wellbeing"


class ClassReason(StrEnum):
    """Why a whole class is selected. The first three are of the guide (source 000, step 1); the evaluation found the
    last two to be decisive in two municipalities of three (source 001).
    """

    VULNERABLE_SHARE = "vulnerable_share"
    """A high share of its pupils is socially vulnerable and behind."""
    LOST_TEACHING = "lost_teaching"
    """It lost extraordinarily much teaching."""
    SHARED_NEED = "shared_need"
    """Its pupils share a need for learning."""
    LOW_WELLBEING = "low_wellbeing"
    """Low wellbeing in the class."""
    MISSING_RELATIONS = "missing_relations"
    """Missing social relations between the pupils."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision. ``reason`` and ``parents_dialogue`` are free text that never leaves this service.

    The target group is the socially vulnerable who are behind academically, in wellbeing or both (source 000).
    ``reasons`` are of a whole class. ``designated`` are those whom the school marks as likely to benefit.
    ``kept_list_id`` is the list on which the decision stands.
    """

    school_id: UUID
    kind: SelectionKind
    pupil_ids: Sequence[UUID]
    class_id: UUID | None
    decided_on: date
    socially_vulnerable: bool
    behind: Sequence[Behind]
    reason: str = field(repr=False)
    parents_dialogue: str = field(repr=False)
    reasons: Sequence[ClassReason] = ()
    designated: frozenset[UUID] = frozenset()
    kept_list_id: UUID | None = None

    def require_target(self) -> None:
        """Check that the kind fits the named pupils or class, and the reasons the kind. Raises ``SelectionOfPupil``,
        ``…OfGroup``, ``…OfClass``, ``SelectionReasonMissing``, ``SelectionReasonNotOfClass`` or
        ``SelectionNotVulnerable``.
        """
        if self.kind is SelectionKind.CLASS:
            if self.class_id is None or self.pupil_ids:
                raise SelectionOfClass(pointer="/class_id")
            if not self.reasons:
                raise SelectionReasonMissing(pointer="/reasons")
            return
        if self.kind is SelectionKind.PUPIL and (len(self.pupil_ids) != 1 or self.class_id is not None):
            raise SelectionOfPupil(pointer="/pupil_ids")
        if self.kind is SelectionKind.GROUP and (len(self.pupil_ids) < 2 or self.class_id is not None):
            raise SelectionOfGroup(pointer="/pupil_ids")
        if self.reasons:
            raise SelectionReasonNotOfClass(pointer="/reasons")
        if not self.socially_vulnerable:
            raise SelectionNotVulnerable(pointer="/socially_vulnerable")


def require_selected(designated: Collection[UUID], selected: Collection[UUID], pointer: str) -> None:
    """Check that those who are marked are selected. Raises ``DesignatedNotSelected``."""
    if not set(designated) <= set(selected):
        raise DesignatedNotSelected(pointer=pointer)


@dataclass(frozen=True, slots=True)
class SelectedPupil:
    """A pupil of a selection, with the screening's verdicts on the day of the decision."""

    pupil_id: UUID
    verdicts: tuple[ScreeningVerdict, ...]
    designated: bool = False


@dataclass(frozen=True, slots=True)
class Reversal:
    """That a decision no longer stands from ``reversed_on``, and why."""

    reversed_on: date
    reason: str = field(repr=False)
    reversed_by: str
    reversed_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """That somebody marked a pupil as designated, or took the mark back."""

    pupil_id: UUID
    designated: bool
    marked_by: str
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class Selection:
    """A recorded decision: who made it, when it was recorded, and about whom. It is never deleted; ``reversal`` is None
    while it stands.
    """

    selection_id: UUID
    municipality_code: str
    decision: Decision
    decided_by: str
    recorded_at: datetime
    pupils: tuple[SelectedPupil, ...]
    reversal: Reversal | None = None
    marks: tuple[Mark, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class ShownSelection:
    """A decision with those of its pupils whom the caller may see, and the number of the others."""

    selection: Selection
    not_shown: int


@dataclass(frozen=True, slots=True)
class ListedSelection:
    """A selection in a list: without its texts and pupils. ``pupils`` counts all of them."""

    selection_id: UUID
    school_id: UUID
    institution_number: str
    kind: str
    class_id: UUID | None
    decided_on: date
    recorded_at: datetime
    behind: Sequence[str]
    reasons: Sequence[str]
    kept_list_id: UUID | None
    reversed_on: date | None
    pupils: int
    designated: int


@dataclass(frozen=True, slots=True)
class SelectionFilter:
    """Which selections a list shows. ``numbers`` are the only institutions that it may show; None: all."""

    numbers: Sequence[str] | None
    school_id: UUID | None = None
    class_id: UUID | None = None
    kind: str | None = None
    is_reversed: bool | None = None
