"""A selection and its conditions. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.screening.selections.errors import SelectionOfClass, SelectionOfGroup, SelectionOfPupil


class SelectionKind(StrEnum):
    """Whom the decision is about; all three exist (source 000, step 1)."""

    PUPIL = "pupil"
    GROUP = "group"
    CLASS = "class"


class Behind(StrEnum):
    """In what those selected are behind."""

    ACADEMICALLY = "academically"
    WELLBEING = "wellbeing"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision. ``reason`` and ``parents_dialogue`` are free text that never leaves this service.

    The target group is the socially vulnerable who are behind academically, in wellbeing or both (source 000).
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

    def require_target(self) -> None:
        """Check that the kind fits the named pupils or class. Raises ``SelectionOfPupil``, ``…OfGroup`` or
        ``…OfClass``.
        """
        if self.kind is SelectionKind.CLASS:
            if self.class_id is None or self.pupil_ids:
                raise SelectionOfClass(pointer="/class_id")
            return
        if self.kind is SelectionKind.PUPIL and (len(self.pupil_ids) != 1 or self.class_id is not None):
            raise SelectionOfPupil(pointer="/pupil_ids")
        if self.kind is SelectionKind.GROUP and (len(self.pupil_ids) < 2 or self.class_id is not None):
            raise SelectionOfGroup(pointer="/pupil_ids")


@dataclass(frozen=True, slots=True)
class SelectedPupil:
    """A pupil of a selection, with the screening's verdicts on the day of the decision."""

    pupil_id: UUID
    verdicts: tuple[ScreeningVerdict, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """A recorded decision: who made it, when it was recorded, and about whom."""

    selection_id: UUID
    municipality_code: str
    decision: Decision
    decided_by: str
    recorded_at: datetime
    pupils: tuple[SelectedPupil, ...]
