"""Groups rows by pupil. Pure.

Rows belong to one pupil when they share an identifier or a known pupil, also through other rows, unless there is
evidence against it. All rows that share anything must be given together. Their order in the file only decides which of
two contradictory rows is the later one.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.roster.pupils.cases import MOST_OPEN, Case, Cases, Decision
from services.registration.roster.pupils.domain import Contradiction, Identifier, Identity, IsRealCprNumber
from services.registration.roster.pupils.evidence import Likeness, Match, compare
from services.registration.roster.pupils.names import Names


@dataclass(frozen=True, slots=True)
class Gain:
    """A decision by which an id moves to another pupil from its present one."""

    case: Case
    identifier: Identifier = field(repr=False)
    loser_id: UUID


@dataclass(slots=True)
class Group:
    """The rows of one pupil, by index in the batch, finally in the batch's order.

    ``identity`` is the stored one, None for a new pupil. ``owned`` are identifiers of these rows that are or were the
    pupil's. ``gained`` are cases by which the pupil gets an id that was another's, ``settled`` those that decided that
    the pupil has another name now.
    """

    pupil_id: UUID
    identity: Identity | None = field(default=None, repr=False)
    rows: list[int] = field(default_factory=list)
    owned: set[Identifier] = field(default_factory=set, repr=False)
    gained: dict[UUID, Gain] = field(default_factory=dict, repr=False)
    settled: dict[UUID, Case] = field(default_factory=dict, repr=False)
    names: Names = field(default_factory=Names, repr=False)
    current: Identity = field(default_factory=Identity, repr=False)
    """The stored identity, with its gaps filled from the rows so far; the next row is compared with it."""
    said: dict[IdentifierKind, str] = field(default_factory=dict, repr=False)

    @property
    def is_new(self) -> bool:
        """Whether the pupil is not stored yet."""
        return self.identity is None


@dataclass(slots=True)
class Grouped:
    """The result for the rows: each belongs to a pupil, contradicts one, or is unclear until its case is decided."""

    groups: list[Group] = field(default_factory=list)
    against: list[int] = field(default_factory=list)
    contradictions: dict[int, Contradiction] = field(default_factory=dict)
    """For those of ``against`` that contradict stored pupils."""
    unclear: list[tuple[int, Group, Case]] = field(default_factory=list)
    local_ids_of_others: set[int] = field(default_factory=set)
    """Rows whose id of the source system now belongs to another pupil by a decision; that pupil keeps it."""


@dataclass(frozen=True, slots=True)
class Known:
    """The stored data: the pupil of an identifier, the pupils' identities, and the cases about them.

    The cases that the rows open are added to ``cases``.
    """

    pupils: Mapping[Identifier, UUID]
    identities: Mapping[UUID, Identity]
    cases: Cases


def group_rows(rows: Sequence[tuple[int, Identity]], known: Known, is_real_cpr: IsRealCprNumber) -> Grouped:
    """Group rows by pupil. A row that would merge two pupils is put into ``against``."""
    grouping = _Grouping(known, is_real_cpr)
    # Rows with the most identifiers come first, so that a row can connect two others wherever it is in the file.
    for index, row in sorted(rows, key=lambda each: (-len(each[1].identifiers), not grouping.holds(each[1]), each[0])):
        grouping.place(index, row)
    found = grouping.found
    found.groups = [group for group in grouping.groups.values() if group.rows]
    for group in found.groups:
        group.rows.sort()
    return found


class _Grouping:
    """The rows placed so far."""

    def __init__(self, known: Known, is_real_cpr: IsRealCprNumber) -> None:
        self.found = Grouped()
        self.groups: dict[UUID, Group] = {}
        self._known = known
        self._is_real_cpr = is_real_cpr
        self._by_token: dict[Hashable, Group] = {}
        self._owned: dict[UUID, set[Identifier]] = {}
        for identifier, pupil_id in known.pupils.items():
            self._owned.setdefault(pupil_id, set()).add(identifier)

    def holds(self, row: Identity) -> bool:
        """Whether the row has the CPR number that is stored for its pupil."""
        pupil_id = self._known.pupils.get((IdentifierKind.CPR_NUMBER, row.cpr_number or ""))
        return pupil_id is not None and self._known.identities[pupil_id].cpr_number == row.cpr_number

    def place(self, index: int, row: Identity) -> None:
        """Add the row to its pupil's group, or to ``against`` or ``unclear``."""
        hit = {identifier: group for identifier in row.identifiers if (group := self._of(identifier)) is not None}
        local_id = (IdentifierKind.LOCAL_ID, row.local_id or "")
        owner = hit.get(local_id)
        case = self._known.cases.find(owner.pupil_id, row.name) if owner else None
        gain = None
        if owner is not None and case is not None and case.decision is not None:
            decided = case.pupil_id if case.decision is Decision.SAME_PUPIL else case.other_id
            if decided is None:
                gain = Gain(case, local_id, owner.pupil_id)
                del hit[local_id]
                if (begun := self._by_token.get(case.case_id)) is not None:
                    hit[local_id] = begun
            elif decided != owner.pupil_id:
                hit[local_id] = self._stored(decided)
                self.found.local_ids_of_others.add(index)
        groups = {group.pupil_id: group for group in hit.values()}
        if len(groups) > 1:
            self._against(index, "two_pupils", sorted(each.pupil_id for each in groups.values() if not each.is_new))
            return
        group = next(iter(groups.values()), None) or self._begun(uuid4(), None)
        if group.rows or not group.is_new:
            verdict = self._compare(group, row)
            if verdict is Match.UNCLEAR and case is not None and case.decision is not None:
                if case.decision is Decision.SAME_PUPIL:
                    group.settled[case.case_id] = case
                verdict = Match.SAME
            if verdict is Match.UNCLEAR:
                self._unclear(index, row, group)
                return
            if verdict is Match.AGAINST:
                self._against(index, "other_number", [] if group.is_new else [group.pupil_id])
                return
        if gain is not None:
            group.gained[gain.case.case_id] = gain
            self._by_token[gain.case.case_id] = group
        self._take(group, index, row)

    def _against(self, index: int, kind: str, stored: Sequence[UUID]) -> None:
        """Refuse the row; a person is told of the stored pupils whom it contradicts."""
        self.found.against.append(index)
        if kind == "two_pupils" and len(stored) > 1:
            self.found.contradictions[index] = Contradiction(kind, stored[0], stored[1])
        elif kind == "other_number" and stored:
            self.found.contradictions[index] = Contradiction(kind, stored[0], None)

    def _of(self, identifier: Identifier) -> Group | None:
        """The pupil of an identifier, by the stored data or by an earlier row."""
        pupil_id = self._known.pupils.get(identifier)
        return self._by_token.get(identifier) if pupil_id is None else self._stored(pupil_id)

    def _stored(self, pupil_id: UUID) -> Group:
        return self.groups.get(pupil_id) or self._begun(pupil_id, self._known.identities[pupil_id])

    def _begun(self, pupil_id: UUID, identity: Identity | None) -> Group:
        group = Group(pupil_id, identity)
        if identity is not None:
            group.current = identity
            group.names.add(identity.name)
            group.owned = set(self._owned.get(pupil_id, ()))
        self.groups[pupil_id] = group
        return group

    def _compare(self, group: Group, row: Identity) -> Match:
        verdict = compare(Likeness(group.current, group.owned, group.names), row, self._is_real_cpr)
        if verdict is Match.SAME and self._is_second(group, row):
            return Match.AGAINST
        return verdict

    def _is_second(self, group: Group, row: Identity) -> bool:
        """Whether the file gives the pupil two CPR numbers or two UNI-Logins. They change from one file to the next but
        not within a file, so it cannot be known which one is right.
        """
        for kind, value in row.identifiers:
            before = group.said.get(kind)
            if kind is IdentifierKind.LOCAL_ID or before is None or before == value or (kind, value) in group.owned:
                continue
            if kind is IdentifierKind.UNI_LOGIN or (self._is_real_cpr(before) and self._is_real_cpr(value)):
                return True
        return False

    def _unclear(self, index: int, row: Identity, group: Group) -> None:
        cases = self._known.cases
        case = cases.find(group.pupil_id, row.name)
        if case is None:
            if cases.undecided(group.pupil_id) >= MOST_OPEN:
                self.found.against.append(index)
                return
            case = Case(uuid4(), group.pupil_id, row.name)
            cases.add(case)
        self.found.unclear.append((index, group, case))

    def _take(self, group: Group, index: int, row: Identity) -> None:
        group.rows.append(index)
        group.names.add(row.name)
        for kind, value in row.identifiers:
            if kind is IdentifierKind.LOCAL_ID and index in self.found.local_ids_of_others:
                continue
            group.said.setdefault(kind, value)
            group.owned.add((kind, value))
            self._by_token.setdefault((kind, value), group)
        group.current = _filled(group.current, row)


def _filled(identity: Identity, row: Identity) -> Identity:
    return Identity(
        identity.cpr_number or row.cpr_number,
        identity.uni_login or row.uni_login,
        identity.local_id or row.local_id,
        identity.name or row.name,
    )
