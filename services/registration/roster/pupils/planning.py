"""Plans the results of a batch's rows, pupil by pupil, from the data that was read before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from libs.shared.files.errors import PUPIL_OUTSIDE_SCOPE
from libs.shared.files.kinds.pupils import CONFLICT, OVERLAP
from libs.shared.imports.batch import Batch, Refusal, Waiting, WaitingReason
from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.roster.pupils.cases import MOST_OPEN, Case, Decision
from services.registration.roster.pupils.domain import (
    Contradiction,
    Identifier,
    Identity,
    IsRealCprNumber,
    known_as,
    needs_evidence,
    protected_after,
)
from services.registration.roster.pupils.evidence import Likeness, replaces
from services.registration.roster.pupils.grouping import Gain, Group, Grouped, group_rows
from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.pupils.names import Names
from services.registration.roster.pupils.roster import Roster
from services.registration.roster.pupils.rows import ReadRow
from services.registration.roster.pupils.stays import Changes, take

_PROVEN = (IdentifierKind.CPR_NUMBER, IdentifierKind.UNI_LOGIN)
MOST_CHANGES = 2
"""So often a pupil's CPR number may change to a former one and away again without a person's decision."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One pupil's part of a batch.

    ``before`` and ``identity`` are the pupil's identity before and afterwards, ``said`` the identifiers that become the
    pupil's, ``changes`` what changes about the pupil's stays; ``accepted`` is the number of rows that change anything.
    ``gained`` are ids that a decision takes from another pupil, ``settled`` decisions that gave the pupil another name.
    """

    pupil_id: UUID
    before: Identity | None = field(repr=False)
    identity: Identity = field(repr=False)
    said: frozenset[Identifier] = field(repr=False)
    changes: Changes
    accepted: int
    gained: list[Gain] = field(repr=False)
    settled: list[Case] = field(repr=False)

    @property
    def written(self) -> list[Interval]:
        """The stays that change."""
        return self.changes.stays

    @property
    def renamed(self) -> bool:
        """Whether the identity changes."""
        return self.identity != self.before


@dataclass(slots=True)
class Planned:
    """A plan for each pupil with an accepted row; the other rows, and the cases that they open."""

    plans: list[Plan] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    contradictions: dict[Contradiction, int] = field(default_factory=dict)
    """What refused rows contradict, each with the index of one of them."""
    returned: dict[Contradiction, int] = field(default_factory=dict)
    """Pupils of whom taken rows have a former CPR number with the proof to become the present one again, likewise."""
    opened: dict[UUID, tuple[Case, int]] = field(default_factory=dict)
    """New cases by id, each with the index of one of its rows."""
    protected_cases: set[UUID] = field(default_factory=set)
    """Cases of a child whose name is protected by a row."""


def plan_rows(
    batch: Batch,
    rows: Mapping[int, ReadRow],
    roster: Roster,
    is_real_cpr: IsRealCprNumber,
    within: Collection[UUID] = (),
) -> Planned:
    """Plan the results of these rows. ``within`` are the classes of a snapshot, between which pupils move."""
    planning = _Planning(batch, dict(rows), roster, is_real_cpr, within)
    left = list(rows)
    while left:
        left = planning.plan(left)
    return planning.planned


@dataclass(frozen=True, slots=True)
class _Planning:
    """The batch, and what is planned so far."""

    batch: Batch
    rows: dict[int, ReadRow]
    roster: Roster
    is_real_cpr: IsRealCprNumber
    within: Collection[UUID]
    planned: Planned = field(default_factory=Planned)

    def plan(self, indexes: Sequence[int]) -> list[int]:
        """Plan for these rows. Returns the indexes of rows that must be planned again: they were grouped with a new
        pupil none of whose rows was accepted, so that pupil does not exist.
        """
        identities = [(index, self.rows[index].identity) for index in indexes]
        grouped = group_rows(identities, self.roster.known, self.is_real_cpr)
        self.planned.refused += [Refusal(index, CONFLICT) for index in grouped.against]
        self.planned.contradictions |= {found: index for index, found in grouped.contradictions.items()}
        nobody = set()
        for group in grouped.groups:
            plan = self._of_group(group, grouped)
            if plan is not None:
                self.planned.plans.append(plan)
            elif group.is_new:
                nobody.add(group.pupil_id)
        again = []
        for index, group, case in grouped.unclear:
            if group.pupil_id in nobody:
                again.append(index)
                continue
            self._waits(index, group, case)
        return again

    def _of_group(self, group: Group, grouped: Grouped) -> Plan | None:
        stored = self.roster.stays(group.pupil_id)
        known = [each.interval for each in stored.claims]
        for index in group.rows:
            # By the claims of its own school alone, so that it does not matter which school's file came first.
            number = self.rows[index].stated.institution_number
            own = [each.interval for each in stored.claims if each.institution_number == number]
            self.rows[index] = self.rows[index].dated(own, self.batch)
        outside = self._outside(group, known) if self.batch.institutions is not None else set[int]()
        doubted = self._doubted(group)
        rows = [(i, self.rows[i].stated) for i in group.rows if i not in outside and i not in doubted]
        moment = self.batch.snapshot.source_moment if self.batch.snapshot else None
        settled = take(stored, rows, self.within, moment)
        self.planned.refused += [Refusal(index, OVERLAP) for index in sorted(settled.overlapping)]
        self.planned.refused += [Refusal(index, PUPIL_OUTSIDE_SCOPE) for index in outside]
        self.planned.refused += [
            Refusal(index, "row.duplicate", params={"first_row": self.batch.row_numbers[first]})
            for index, first in settled.repeated.items()
        ]
        taken = sorted([*settled.written, *settled.unchanged])
        if not taken:
            return None
        said = [
            replace(self.rows[index].identity, local_id=None)
            if index in grouped.local_ids_of_others
            else self.rows[index].identity
            for index in taken
        ]
        identity = self._folded(group, dict(zip(taken, said, strict=True)))
        return Plan(
            pupil_id=group.pupil_id,
            before=group.identity,
            identity=identity,
            said=frozenset(identifier for each in said for identifier in each.identifiers),
            changes=settled.changes,
            accepted=len(taken) if identity != group.identity else len(settled.written),
            gained=list(group.gained.values()),
            settled=list(group.settled.values()),
        )

    def _doubted(self, group: Group) -> set[int]:
        """Rows that would bring a pupil from another school on the evidence of a source system's id and a part of the
        name: two systems may both count from 1, and many families share a name. A person decides.
        """
        if group.identity is None:
            return set()
        owned = self.roster.owned(group.pupil_id)
        names = Names([group.identity.name])
        stays = self.roster.stays(group.pupil_id)
        found = set()
        for index in group.rows:
            row = self.rows[index]
            proven = any(each in owned for each in row.identity.identifiers if each[0] in _PROVEN)
            stated = row.stated
            if (
                proven
                or names.alike(row.identity.name)
                or not stays.crossed_by(stated.institution_number, row.interval)
            ):
                continue
            if self._wait(group, index, row.identity.name):
                found.add(index)
        return found

    def _wait(self, group: Group, index: int, name: str) -> bool:
        """Have the row wait for a decision; whether it is not taken now."""
        cases = self.roster.cases
        case = cases.find(group.pupil_id, name)
        if case is not None and case.decision is Decision.SAME_PUPIL:
            return False
        if case is None:
            if cases.undecided(group.pupil_id) >= MOST_OPEN:
                self.planned.refused.append(Refusal(index, CONFLICT))
                return True
            case = Case(uuid4(), group.pupil_id, name)
            cases.add(case)
        self._waits(index, group, case)
        return True

    def _waits(self, index: int, group: Group, case: Case) -> None:
        """The row waits for the case, which is stored if it is new."""
        self.planned.waiting.append(Waiting(index, WaitingReason.IDENTITY, group.pupil_id, case.case_id))
        if self.rows[index].identity.name_protected:
            self.planned.protected_cases.add(case.case_id)
        if case.case_id not in self.roster.stored_cases:
            self.planned.opened.setdefault(case.case_id, (case, index))

    def _folded(self, group: Group, said: Mapping[int, Identity]) -> Identity:
        """The pupil's identity after these rows, applied in the file's order.

        A CPR number that was replaced may come back once, as a correction. A person is told, since two sources may
        differ; until that person has decided the number does not change to a former one again.
        """
        now = group.identity or Identity()
        before: Likeness | None = None
        for index, row in said.items():
            proven: frozenset[IdentifierKind] = frozenset()
            if needs_evidence(now, row):
                # Made only then, as in most files no row changes a number.
                first = group.identity or Identity()
                before = before or Likeness(first, self.roster.owned(group.pupil_id), Names([first.name]))
                proven = frozenset(kind for kind in _PROVEN if replaces(kind, before, row, self.is_real_cpr))
                if IdentifierKind.CPR_NUMBER in proven and self._is_back(before, row):
                    self.planned.returned[Contradiction("other_number", group.pupil_id, None)] = index
                    if self.roster.number_changes(group.pupil_id) >= MOST_CHANGES:
                        proven -= {IdentifierKind.CPR_NUMBER}
            now = known_as(now, row, proven, self.is_real_cpr)
        return replace(now, name_protected=protected_after(now.name_protected, said.values()))

    def _is_back(self, before: Likeness, row: Identity) -> bool:
        """Whether a real CPR number that was the pupil's would replace the real one that is now."""
        mine, said = before.identity.cpr_number, row.cpr_number
        if mine is None or said is None or mine == said or (IdentifierKind.CPR_NUMBER, said) not in before.owned:
            return False
        return self.is_real_cpr(mine) and self.is_real_cpr(said)

    def _outside(self, group: Group, stored: Sequence[Interval]) -> set[int]:
        """Rows that withdraw a membership at the sender's institution that the pupil never had. Accepting one would
        only change the name and identifiers of another institution's pupil.
        """
        known = {each.key for each in stored}
        periods = {index: self.rows[index].interval for index in group.rows}
        return {i for i, each in periods.items() if each.valid_from == each.valid_to and each.key not in known}
