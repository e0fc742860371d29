"""Judges institution numbers. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from libs.shared.files.kinds.schools import EXPIRED, NOT_REGISTERED, OTHER


class Standing(StrEnum):
    """The ground on which a municipality's school has its number. Only a school that is ``registered`` or ``first_use``
    holds the number, and a number has at most one holder.

    ``former``: the municipality had the number by the register, and another one has it now. The school's history stays.
    ``refused``: the municipality never had a right to it. Nobody can see the school, and its event is a tombstone.
    """

    REGISTERED = "registered"
    FIRST_USE = "first_use"
    FORMER = "former"
    REFUSED = "refused"


class Origin(StrEnum):
    """Whether an entry comes from the register, or from a decision of the secretariat while there was no register."""

    REGISTER = "register"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Entry:
    """The municipality that a number belongs to (None: nobody) from ``valid_from`` until before ``valid_to`` (None: no
    end).
    """

    institution_number: str
    valid_from: date
    valid_to: date | None
    belongs_to: str | None
    name: str | None
    origin: Origin

    @property
    def is_withdrawn(self) -> bool:
        """Whether the entry was withdrawn: it ends on the day it begins."""
        return self.valid_to == self.valid_from

    def has_expired(self, today: date) -> bool:
        """Whether its last day has passed. An entry that begins in the future already counts, because schools are sent
        in advance.
        """
        return self.valid_to is not None and self.valid_to <= today


def refusal_of(entries: Iterable[Entry], code: str, today: date, *, has_register: bool) -> str | None:
    """The code of the reason why the municipality may not have a number with these entries; None if it may.

    A number without entries goes to the first municipality that sends it, unless a register is loaded that lacks it.
    """
    said = [each for each in entries if not each.is_withdrawn]
    if not said:
        return NOT_REGISTERED if has_register else None
    lasting = [each for each in said if not each.has_expired(today)]
    if any(each.belongs_to == code for each in lasting):
        return None
    if not lasting:
        return EXPIRED
    return OTHER if any(each.belongs_to for each in lasting) else NOT_REGISTERED


def standing_when_taken(entries: Iterable[Entry], code: str) -> Standing:
    """The standing of a municipality's school after another municipality has got its number."""
    return Standing.FORMER if any(each.belongs_to == code for each in entries) else Standing.REFUSED


def overlapping(entries: Sequence[Entry]) -> bool:
    """Whether two entries of one number are valid on the same day."""
    ordered = sorted((each for each in entries if not each.is_withdrawn), key=lambda each: each.valid_from)
    return any(one.valid_to is None or one.valid_to > other.valid_from for one, other in pairwise(ordered))
