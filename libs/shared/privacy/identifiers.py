"""Identifiers of pupils in files: parsed, checked and normalised.

No error here contains the value that it is about.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from libs.shared.base.errors import Invalid
from libs.shared.base.settings import Profile


class IdentifierKind(StrEnum):
    """The identifier by which a municipality's file names pupils."""

    CPR_NUMBER = "cpr_number"
    UNI_LOGIN = "uni_login"
    LOCAL_ID = "local_id"


class CprKind(StrEnum):
    """An ordinary CPR number, or a replacement number (day + 60) given to people who have none."""

    ORDINARY = "ordinary"
    REPLACEMENT = "replacement"


class IdentifierInvalid(Invalid):
    """A value that is no valid identifier. It is never part of the error."""

    code = "identifier.invalid"
    da = "Identifikationen har ikke den rigtige form. Ret den i kildesystemet og send igen."
    en = "The identifier does not have the right form. Correct it in the source system and send again."


class CprNumberInvalid(IdentifierInvalid):
    """Not ten digits, or a day and month that do not exist."""

    code = "cpr_number.invalid"
    da = (
        "CPR-nummeret er ikke ti cifre med en dato, der findes. "
        "Ret det i kildesystemet (ddmmååxxxx, bindestreg er tilladt) og send igen."
    )
    en = (
        "The CPR number is not ten digits with a date that exists. "
        "Correct it in the source system (ddmmyyxxxx, a hyphen is allowed) and send again."
    )


class UniLoginInvalid(IdentifierInvalid):
    """Not a user name."""

    code = "uni_login.invalid"
    da = "UNI-Login består af 3–64 af tegnene a–z, 0–9, punktum, bindestreg og understreg. Ret det og send igen."
    en = "A UNI-Login is 3–64 of the characters a–z, 0–9, full stop, hyphen and underscore. Correct it and send again."


class LocalIdInvalid(IdentifierInvalid):
    """Empty, too long, or with invisible characters."""

    code = "local_id.invalid"
    da = "Kildesystemets id er 1–64 synlige tegn. Ret det og send igen."
    en = "The source system's id is 1–64 visible characters. Correct it and send again."


@dataclass(frozen=True, slots=True)
class CprNumber:
    """A CPR number in normal form: ten digits without a hyphen."""

    digits: str
    kind: CprKind

    def __repr__(self) -> str:
        return f"CprNumber({self.kind})"

    __str__ = __repr__


_CPR = re.compile(r"(\d{6})-?(\d{4})", re.ASCII)
_UNI_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}", re.ASCII)
_REPLACEMENT_OFFSET = 60
_SHORTEST_MONTH, _MONTHS = 28, 12
_LOCAL_ID_MAX = 64


def _century(seventh: int, year: int) -> int:
    """The century that the seventh digit gives a two-digit year (the CPR office's table)."""
    if seventh <= 3:
        return 1900
    if seventh in {4, 9}:
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def _exists(day: int, month: int, year: int) -> bool:
    if day <= _SHORTEST_MONTH:  # in any month of any year: nearly every number of a large file
        return day > 0 and 0 < month <= _MONTHS
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def cpr_kind(day: int, month: int, year: int, seventh: int) -> CprKind | None:
    """The kind of number with this day, month, two-digit year and seventh digit; None if there is none.

    The date must exist in the century that the seventh digit gives; that of a replacement number gives none, so its
    date must exist in some century.
    """
    if day > _REPLACEMENT_OFFSET:
        born = day - _REPLACEMENT_OFFSET
        exists = _exists(born, month, 1900 + year) or _exists(born, month, 2000 + year)
        return CprKind.REPLACEMENT if exists else None
    return CprKind.ORDINARY if _exists(day, month, _century(seventh, year) + year) else None


def parse_cpr_number(text: str) -> CprNumber:
    """Parse a CPR number: ten digits, with an optional hyphen after the sixth; surrounding blanks are ignored.

    Modulus 11 is not checked: since 2007 numbers that fail it have been issued and are valid. Raises
    ``CprNumberInvalid``.
    """
    return CprNumber(*_read_cpr_number(text))


def _read_cpr_number(text: str) -> tuple[str, CprKind]:
    match = _CPR.fullmatch(text.strip())
    if match is None:
        raise CprNumberInvalid
    digits = match[1] + match[2]
    kind = cpr_kind(int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6]))
    if kind is None:
        raise CprNumberInvalid
    return digits, kind


def is_real_cpr_number(kind: CprKind, profile: Profile) -> bool:
    """Whether the number is treated as a real CPR number in deliveries.

    Every invented number in this repository is a replacement number, so that it belongs to nobody. Only the development
    profile treats them as real, as its data would otherwise have no CPR numbers at all.
    """
    return kind is CprKind.ORDINARY or profile is Profile.DEVELOPMENT


def parse_uni_login(text: str) -> str:
    """A UNI-Login in lower case. Raises ``UniLoginInvalid``."""
    login = text.strip().lower()
    if not _UNI_LOGIN.fullmatch(login):
        raise UniLoginInvalid
    return login


def parse_local_id(text: str) -> str:
    """A source system's own id: composed (NFC), without surrounding blanks, its case kept. Raises
    ``LocalIdInvalid``.
    """
    local_id = unicodedata.normalize("NFC", text.strip())
    if not 0 < len(local_id) <= _LOCAL_ID_MAX or not local_id.isprintable():
        raise LocalIdInvalid
    return local_id


def normalise(kind: IdentifierKind, text: str) -> str:
    """The normal form of an identifier, from which keyed hashes are made. Raises ``IdentifierInvalid``."""
    if kind is IdentifierKind.CPR_NUMBER:
        return _read_cpr_number(text)[0]
    if kind is IdentifierKind.UNI_LOGIN:
        return parse_uni_login(text)
    return parse_local_id(text)
