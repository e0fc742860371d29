"""What speaks for and against a row being about a pupil. Pure.

A CPR number and a UNI-Login are one person's. An id of a source system is not: it is given to another child when the
first one has left, and two systems of one municipality count from 1 alike. So it needs something that agrees.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.roster.pupils.domain import Identifier, Identity, IsRealCprNumber, same_person
from services.registration.roster.pupils.names import Names


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a pupil is recognised by: identifiers and names that are or were the pupil's, and the present ones."""

    identity: Identity = field(repr=False)
    owned: AbstractSet[Identifier] = field(repr=False)
    names: Names = field(repr=False)


class Match(Enum):
    """What becomes of a row that has an identifier of a pupil."""

    SAME = auto()
    AGAINST = auto()
    """Two CPR numbers or two UNI-Logins that differ: two children, as far as anybody can tell."""
    UNCLEAR = auto()
    """An id of a source system alone, with a name of which no part agrees: a person decides."""


class _Finding(Enum):
    """What one identifier of a row says; nothing if it is missing on either side."""

    FOR = auto()
    NOTHING = auto()
    AGAINST = auto()


def compare(pupil: Likeness, row: Identity, is_real_cpr: IsRealCprNumber) -> Match:
    """Whether the row, which has an identifier of the pupil, is about the pupil.

    A CPR number that changed is taken where the rest agrees: UNI-Login and id, or one of them with the name. As an id
    may be another child's, or a whole family's, the name beside it must be the whole name. A UNI-Login that changed is
    taken beside the CPR number, if the id or the name agrees.
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
    """Whether a row that is about the pupil gives it the row's CPR number or UNI-Login in place of another one.

    One that the pupil had before is no longer against it, so it needs the same proof to come back as the other needed
    to take its place: a list with old numbers alone changes nothing.
    """
    value = dict(row.identifiers).get(kind)
    without = replace(pupil, owned=pupil.owned - {(kind, value or "")})
    return value is not None and compare(without, row, is_real_cpr) is Match.SAME


def _say(pupil: Likeness, kind: IdentifierKind, row: Identity, *, may_be: bool) -> _Finding:
    value = dict(row.identifiers).get(kind)
    if value is None:
        return _Finding.NOTHING
    if (kind, value) in pupil.owned:
        return _Finding.FOR
    return _Finding.NOTHING if may_be else _Finding.AGAINST
