"""What persons decided, or have yet to decide, of ids that came with another name. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from services.registration.pupils.names import folded

MOST_OPEN = 20
"""Undecided cases of one pupil. An id with more names than these is no id, and its rows are refused."""


class Decision(StrEnum):
    """Whether an id that came with another name is still the pupil's."""

    SAME_PUPIL = "same_pupil"
    ANOTHER_PUPIL = "another_pupil"


@dataclass(frozen=True, slots=True)
class Case:
    """That a pupil's id came with a name of which no part agrees; ``decision`` is None until a person has decided.

    ``other_id`` is the other pupil, once there is one.
    """

    case_id: UUID
    pupil_id: UUID
    name: str = field(repr=False)
    decision: Decision | None = None
    other_id: UUID | None = None


class Cases:
    """The cases of some pupils, found by pupil and name."""

    def __init__(self, cases: Iterable[Case] = ()) -> None:
        self._by_name: dict[tuple[UUID, str], Case] = {}
        self._open: dict[UUID, int] = {}
        for case in cases:
            self.add(case)

    def add(self, case: Case) -> None:
        """Know one more, or one that has changed."""
        before = self.find(case.pupil_id, case.name)
        self._by_name[case.pupil_id, folded(case.name)] = case
        self._open[case.pupil_id] = (
            self._open.get(case.pupil_id, 0)
            + (case.decision is None)
            - (before is not None and before.decision is None)
        )

    def find(self, pupil_id: UUID, name: str) -> Case | None:
        """The case of this pupil and this name, however it is written."""
        return self._by_name.get((pupil_id, folded(name))) if pupil_id in self._open else None

    def undecided(self, pupil_id: UUID) -> int:
        """How many of the pupil's cases wait for a decision."""
        return self._open.get(pupil_id, 0)
