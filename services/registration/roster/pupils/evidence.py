"""The evidence for and against a row being about a pupil. Pure.

A CPR number or a UNI-Login belongs to one person. An id of a source system does not: it is given to another child after
the first one has left, and two systems of one municipality may both count from 1. So it needs another value that
agrees.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.roster.pupils.domain import Identifier, Identity, IsRealCprNumber, same_person
from services.registration.roster.pupils.names import Names


@dataclass(frozen=True, slots=True)
class Likeness:
    """The data by which a pupil is recognised: present and former identifiers and names, and the present identity."""

    identity: Identity = field(repr=False)
    owned: AbstractSet[Identifier] = field(repr=False)
    names: Names = field(repr=False)


class Match(Enum):
    """The result for a row that has an identifier of a pupil."""

    SAME = auto()
    AGAINST = auto()
    """Two CPR numbers or two UNI-Logins differ, so these are assumed to be two children."""
    UNCLEAR = auto()
    """Only an id of a source system agrees, and no part of the name does: a person decides."""


class _Finding(Enum):
    """The finding of one identifier of a row; none if it is missing on either side."""

    FOR = auto()
    NOTHING = auto()
    AGAINST = auto()


def compare(pupil: Likeness, row: Identity, is_real_cpr: IsRealCprNumber) -> Match:
    """Whether the row, which has an identifier of the pupil, is about the pupil.

    A changed CPR number is accepted if the rest agrees: UNI-Login and id, or one of them with the name. An id may be
    another child's or a whole family's, so the name with it must be the whole name. A changed UNI-Login is accepted if
    the CPR number and the id or the name agree.
    """
    known = pupil.identity
    cpr_number = _say(
        pupil, IdentifierKind.CPR_NUMBER, row, may_be=same_person(known.cpr_number, row.cpr_number, is_real_cpr)
    )
    uni_login = _say(pupil, IdentifierKind.UNI_LOGIN, row, may_be=known.uni_login is None)
    same_id = _say(pupil, IdentifierKind.LOCAL_ID, row, may_be=True) is _Finding.FOR
    match cpr_number, uni_login:
        case _Finding.AGAINST, _Finding.NOTHING:
            taken = same_id and pupil.names.alike(row.name)
        case (_Finding.AGAINST, _Finding.FOR) | (_Finding.FOR, _Finding.AGAINST):
            taken = same_id or pupil.names.agree(row.name)
        case (_Finding.AGAINST, _) | (_, _Finding.AGAINST):
            taken = False
        case (_Finding.FOR, _) | (_, _Finding.FOR):
            taken = True
        case _:
            return Match.SAME if pupil.names.agree(row.name) else Match.UNCLEAR
    return Match.SAME if taken else Match.AGAINST


def replaces(kind: IdentifierKind, pupil: Likeness, row: Identity, is_real_cpr: IsRealCprNumber) -> bool:
    """Whether a row that is about the pupil replaces the pupil's CPR number or UNI-Login with the row's.

    A former value of the pupil is no evidence against the pupil. To become the present one again it needs the same
    proof that the other value needed, so a list with only old numbers changes nothing.
    """
    value = row.value(kind)
    without = replace(pupil, owned=pupil.owned - {(kind, value or "")})
    return value is not None and compare(without, row, is_real_cpr) is Match.SAME


def _say(pupil: Likeness, kind: IdentifierKind, row: Identity, *, may_be: bool) -> _Finding:
    value = row.value(kind)
    if value is None:
        return _Finding.NOTHING
    if (kind, value) in pupil.owned:
        return _Finding.FOR
    return _Finding.NOTHING if may_be else _Finding.AGAINST
