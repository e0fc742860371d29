"""The identity of a pupil, and the changes to it by a row. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from libs.shared.privacy.identifiers import IdentifierKind

MAX_LOOKED_UP = 50
"""The most local ids in one look-up."""

Identifier = tuple[IdentifierKind, str]
"""An identifier in its canonical form."""

_CPR_NUMBER, _UNI_LOGIN, _LOCAL_ID = (
    IdentifierKind.CPR_NUMBER,
    IdentifierKind.UNI_LOGIN,
    IdentifierKind.LOCAL_ID,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a pupil, from a row or from the stored data. It is never logged or shown, because its values are
    not encrypted.
    """

    cpr_number: str | None = field(default=None, repr=False)
    uni_login: str | None = field(default=None, repr=False)
    local_id: str | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)
    name_protected: bool | None = None
    """None: a row that says nothing about it."""

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """The identifiers that are not missing."""
        # Without a loop, because it is asked several times for each row of a file.
        found: tuple[Identifier, ...] = ((_CPR_NUMBER, self.cpr_number),) if self.cpr_number else ()
        if self.uni_login:
            found = (*found, (_UNI_LOGIN, self.uni_login))
        return (*found, (_LOCAL_ID, self.local_id)) if self.local_id else found

    def value(self, kind: IdentifierKind) -> str | None:
        """The identifier of this kind; None if it is missing."""
        match kind:
            case IdentifierKind.CPR_NUMBER:
                return self.cpr_number or None
            case IdentifierKind.UNI_LOGIN:
                return self.uni_login or None
            case IdentifierKind.LOCAL_ID:
                return self.local_id or None


IsRealCprNumber = Callable[[str], bool]
"""Whether ten digits are a real CPR number. In the development profile replacement numbers are accepted as real."""


def same_person(one: str | None, other: str | None, is_real_cpr: IsRealCprNumber) -> bool:
    """Whether two CPR numbers may be one person's: not if both are real CPR numbers and differ.

    A real CPR number that arrives later replaces a replacement number.
    """
    return one is None or other is None or one == other or not (is_real_cpr(one) and is_real_cpr(other))


def needs_evidence(before: Identity, row: Identity) -> bool:
    """Whether a row has another CPR number or UNI-Login than the identity: only then ``known_as`` uses ``proven``."""
    return any(
        known is not None and said is not None and known != said
        for known, said in ((before.cpr_number, row.cpr_number), (before.uni_login, row.uni_login))
    )


def known_as(
    before: Identity, row: Identity, proven: frozenset[IdentifierKind], is_real_cpr: IsRealCprNumber
) -> Identity:
    """The identity after a row: empty fields of the row change nothing, and a replacement number never replaces a CPR
    number.

    Only a CPR number or UNI-Login whose kind is in ``proven`` replaces another one (see ``evidence.replaces``).
    """
    gives_way = (
        before.cpr_number is not None
        and row.cpr_number is not None
        and (is_real_cpr(before.cpr_number) and not is_real_cpr(row.cpr_number))
    )
    return replace(
        before,
        cpr_number=before.cpr_number
        if gives_way
        else _taken(IdentifierKind.CPR_NUMBER, before.cpr_number, row.cpr_number, proven),
        uni_login=_taken(IdentifierKind.UNI_LOGIN, before.uni_login, row.uni_login, proven),
        local_id=row.local_id or before.local_id,
        name=row.name,
    )


def _taken(kind: IdentifierKind, before: str | None, said: str | None, proven: frozenset[IdentifierKind]) -> str | None:
    if before is None or said is None:
        return before or said
    return said if kind in proven else before


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """A merge or a split of a pupil: ``other_id`` is a former id, or the pupil that was made."""

    kind: str
    other_id: UUID
    changed_at: datetime


def protected_after(before: bool | None, said: Iterable[Identity]) -> bool:
    """Whether the name is protected after these rows of one file. Rows that say nothing change nothing; if rows
    contradict each other, the name is protected.
    """
    told = [row.name_protected for row in said if row.name_protected is not None]
    return any(told) if told else bool(before)


class Contradiction(NamedTuple):
    """Identifiers of one row that are two pupils' (``two_pupils``), or a row with a pupil's id and another CPR number
    or UNI-Login (``other_number``).
    """

    kind: str
    pupil_id: UUID
    other_id: UUID | None


class Outcome(StrEnum):
    """What became of a row that was sent by itself."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    PARKED = "parked"
