"""Cases in which a file has a pupil's id with another name, and the decisions about them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from services.registration.roster.pupils.names import folded

MOST_OPEN = 20
"""The most undecided cases of one pupil. Rows with an id that has more names than this are refused, because the value
does not identify anybody.
"""


class Decision(StrEnum):
    """Whether an id that came with another name is still the pupil's."""

    SAME_PUPIL = "same_pupil"
    ANOTHER_PUPIL = "another_pupil"


@dataclass(frozen=True, slots=True)
class Case:
    """A pupil's id that a file has with a name of which no part agrees; ``decision`` is None until a person has
    decided.

    ``other_id`` is the other pupil, once that pupil exists.
    """

    case_id: UUID
    pupil_id: UUID
    name: str = field(repr=False)
    decision: Decision | None = None
    other_id: UUID | None = None


class Cases:
    """The cases of some pupils, found by pupil and name.

    An id can move from child to child, and a decision that was made while one of them had it is also valid for the
    next. The decisions link such pupils.
    """

    def __init__(self, cases: Iterable[Case] = ()) -> None:
        self._by_name: dict[tuple[UUID, str], Case] = {}
        self._open: dict[UUID, int] = {}
        self._linked: dict[UUID, set[UUID]] = {}
        for case in cases:
            self.add(case)

    def add(self, case: Case) -> None:
        """Add a case."""
        self._by_name[case.pupil_id, folded(case.name)] = case
        self._open[case.pupil_id] = self._open.get(case.pupil_id, 0) + (case.decision is None)
        if case.other_id is not None:
            self._linked.setdefault(case.pupil_id, set()).add(case.other_id)
            self._linked.setdefault(case.other_id, set()).add(case.pupil_id)

    def find(self, pupil_id: UUID, name: str) -> Case | None:
        """The decided case about this name, in any spelling, of the pupil or of the pupils linked to it; else the
        pupil's own undecided case about it.
        """
        if pupil_id not in self._open:
            return None
        name = folded(name)
        own = self._by_name.get((pupil_id, name))
        if own is not None and own.decision is not None:
            return own
        decided = (self._by_name.get((each, name)) for each in self._family(pupil_id))
        return next((case for case in decided if case is not None and case.decision is not None), own)

    def undecided(self, pupil_id: UUID) -> int:
        """The number of the pupil's cases that wait for a decision."""
        return self._open.get(pupil_id, 0)

    def _family(self, pupil_id: UUID) -> list[UUID]:
        """The pupils who had an id of this pupil before or after, the nearest first."""
        found = [pupil_id]
        for each in found:
            found += sorted(self._linked.get(each, set()).difference(found))
        return found[1:]
