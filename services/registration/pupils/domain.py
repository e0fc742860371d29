"""Which rows are of one pupil, and which identifiers may stand together. Pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from uuid import UUID

from libs.shared.privacy.identifiers import IdentifierKind

Identifier = tuple[IdentifierKind, str]
"""An identifier in its one written form."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a row says, or what is known, of who a pupil is. Never shown: it holds the values in the clear."""

    cpr_number: str | None = field(default=None, repr=False)
    uni_login: str | None = field(default=None, repr=False)
    local_id: str | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """Those that are there."""
        pairs = (
            (IdentifierKind.CPR_NUMBER, self.cpr_number),
            (IdentifierKind.UNI_LOGIN, self.uni_login),
            (IdentifierKind.LOCAL_ID, self.local_id),
        )
        return tuple((kind, value) for kind, value in pairs if value)


CountsAsCpr = Callable[[str], bool]
"""Whether ten digits count as a CPR number: a replacement number does in the development profile alone."""


def same_person(one: str | None, other: str | None, counts: CountsAsCpr) -> bool:
    """Whether two CPR numbers may be one person's: they are unless both count and differ.

    A replacement number gives way to a CPR number that comes later.
    """
    return one is None or other is None or one == other or not (counts(one) and counts(other))


def known_as(before: Identity, row: Identity, counts: CountsAsCpr) -> Identity:
    """The identity after a row: what it leaves empty stays, and a replacement number never replaces a CPR number."""
    keeps = before.cpr_number is not None and (
        row.cpr_number is None or (counts(before.cpr_number) and not counts(row.cpr_number))
    )
    return replace(
        before,
        cpr_number=before.cpr_number if keeps else row.cpr_number,
        uni_login=row.uni_login or before.uni_login,
        local_id=row.local_id or before.local_id,
        name=row.name,
    )


@dataclass(slots=True)
class Group:
    """The rows of one pupil, by index in the batch; ``pupil_id`` is None for one not known yet."""

    pupil_id: UUID | None = None
    cpr_number: str | None = field(default=None, repr=False)
    rows: list[int] = field(default_factory=list)


def group_rows(
    rows: Sequence[tuple[int, Identity]],
    known: Mapping[Identifier, UUID],
    cpr_numbers: Mapping[UUID, str],
    counts: CountsAsCpr,
) -> tuple[list[Group], list[int]]:
    """Gather rows by pupil, in order; the groups, and the indexes of rows whose identifiers belong to several pupils.

    ``known`` gives the pupil of an identifier, ``cpr_numbers`` the CPR number of a known pupil. Rows are of one pupil
    when they share an identifier or a known pupil; a row that would make two pupils one is refused.
    """
    by_token: dict[Hashable, Group] = {}
    groups: list[Group] = []
    refused = []
    for index, identity in rows:
        pupils = {known[each] for each in identity.identifiers if each in known}
        tokens: list[Hashable] = [*pupils, *identity.identifiers]
        hit = {id(by_token[token]): by_token[token] for token in tokens if token in by_token}
        if len(pupils) > 1 or len(hit) > 1:
            refused.append(index)
            continue
        pupil_id = next(iter(pupils), None)
        group = next(iter(hit.values()), None) or Group()
        numbers = [group.cpr_number, cpr_numbers.get(pupil_id) if pupil_id else None, identity.cpr_number]
        if not all(same_person(one, other, counts) for one, other in combinations(numbers, 2)):
            refused.append(index)
            continue
        group.pupil_id = group.pupil_id or pupil_id
        group.cpr_number = _counting(numbers, counts)
        if not group.rows:
            groups.append(group)
        group.rows.append(index)
        by_token.update(dict.fromkeys(tokens, group))
    return groups, refused


def _counting(numbers: Iterable[str | None], counts: CountsAsCpr) -> str | None:
    """The number that counts, if one does; there is one at most."""
    there = [each for each in numbers if each]
    return next((each for each in there if counts(each)), there[-1] if there else None)


def fold(start: Identity, rows: Iterable[Identity], counts: CountsAsCpr) -> Identity:
    """The identity after several rows, in order."""
    for row in rows:
        start = known_as(start, row, counts)
    return start
