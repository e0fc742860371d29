"""The users of a zip: who is a student, and what is taken of each. Names and identifiers wait in the spool."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import msgspec

from libs.shared.files.errors import FieldError
from libs.shared.files.kinds import roster_errors
from libs.shared.files.oneroster.archive.spool import Spool
from libs.shared.files.oneroster.limits import MOST_STUDENTS
from libs.shared.files.oneroster.problems import TooManyRows
from libs.shared.files.oneroster.rows import Fields, day_of, kept
from libs.shared.files.oneroster.vocabulary import (
    CPR_TYPES,
    GRADES,
    GUARDIANS,
    LOGIN_TYPES,
    NAME_PROTECTED,
    STUDENT,
    TRUTHS,
)
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, normalise
from libs.shared.privacy.placeholders import is_placeholder

_USER_ID = re.compile(r"\{\s*([^:{}]{1,60}?)\s*:\s*([^{}]{1,200}?)\s*\}")
_OTHER_SIGNS = re.compile(r"[\W_]+")
_CPR_LIKE = re.compile(r"\d{10}|\d{6}-\d{4}", re.ASCII)
_NINE_DIGITS = re.compile(r"\d{9}|\d{5}-\d{4}", re.ASCII)
_IS_STUDENT, _IS_GUARDIAN, _IS_OTHER = 1, 2, 4
_LENGTH_BITS = 24


class Student(msgspec.Struct, array_like=True):
    """What is taken of a user. ``level`` is the first grade 0–10; ``levels`` says whether there was any grade,
    ``numbered`` that the CPR number is that of the column ``identifier``.
    """

    row: int
    sourced_id: str
    name: str
    cpr_number: str
    uni_login: str
    protected: str
    level: int | None
    levels: bool
    school_id: str
    errors: list[tuple[str, str, str, dict[str, int]]]
    numbered: bool = False

    def field_errors(self) -> list[FieldError]:
        """What is wrong with the user."""
        return [FieldError(code, column, found, params) for code, column, found, params in self.errors]


@dataclass
class Students:
    """Users by the hashes of their ids. ``removed`` are those that a delta takes away, with row, id and day."""

    ignored: Counter[str]
    spool: Spool
    removed: list[tuple[int, str, date]] = field(default_factory=list)
    _roles: dict[int, int] = field(default_factory=dict)
    _schools: dict[int, str] = field(default_factory=dict)
    _logins: dict[int, str] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)
    _used: set[int] = field(default_factory=set)
    _encode: msgspec.msgpack.Encoder = field(default_factory=msgspec.msgpack.Encoder)
    _decode: msgspec.msgpack.Decoder[Student] = field(default_factory=lambda: msgspec.msgpack.Decoder(Student))

    def add_role(self, fields: Fields) -> None:
        """A row of roles; one that is wrong or taken away says nothing. Raises ``TooManyRows``."""
        if fields.errors or fields.removed:
            return
        role = fields.get("role")
        sort = _IS_STUDENT if role == STUDENT else _IS_GUARDIAN if role in GUARDIANS else _IS_OTHER
        user = hash(fields.get("userSourcedId"))
        self._roles[user] = self._roles.get(user, 0) | sort
        if sort == _IS_STUDENT:
            self._schools.setdefault(user, fields.get("orgSourcedId"))
        if len(self._roles) > 2 * MOST_STUDENTS:
            raise TooManyRows(file=fields.file, limit=2 * MOST_STUDENTS)

    def add_profile(self, fields: Fields) -> None:
        """A login of a user: kept if it is a UNI-Login, else counted."""
        if fields.errors or fields.removed:
            return
        named = {_plain(fields.get(column)) for column in ("vendorId", "profileType", "credentialType")}
        if named & LOGIN_TYPES:
            self._logins.setdefault(hash(fields.get("userSourcedId")), kept(fields.get("username")))
            if len(self._logins) > MOST_STUDENTS:
                raise TooManyRows(file=fields.file, limit=MOST_STUDENTS)
        else:
            self.ignored["usernames"] += 1

    def add(self, fields: Fields) -> None:
        """A user. Raises ``TooManyRows``."""
        user = hash(fields.sourced_id)
        roles = self._roles.get(user)
        if roles is not None and not roles & _IS_STUDENT:
            self.ignored["guardians" if roles == _IS_GUARDIAN else "employees"] += 1
            return
        if fields.removed and fields.modified and not fields.errors:
            self.removed.append((fields.row, fields.sourced_id, day_of(fields.modified)))
            return
        if not fields.sourced_id:
            self.ignored["users_without_role"] += 1
            return
        if user in self._places:
            first = self._read(user).row
            fields.refuse(roster_errors.ID_REPEATED, "sourcedId", first_row=first)
            self._keep(user, self._taken(user, fields))
            return
        if len(self._places) >= MOST_STUDENTS:
            raise TooManyRows(file=fields.file, limit=MOST_STUDENTS)
        self._keep(user, self._taken(user, fields))

    def find(self, sourced_id: str) -> Student | None:
        """The user with that id; the user is then known to be enrolled."""
        user = hash(sourced_id)
        if user not in self._places:
            return None
        self._used.add(user)
        return self._read(user)

    def is_another(self, sourced_id: str) -> bool:
        """Whether the roles say that the user is no student."""
        roles = self._roles.get(hash(sourced_id))
        return roles is not None and not roles & _IS_STUDENT

    def is_student(self, sourced_id: str) -> bool:
        """Whether the roles say that the user is a student."""
        return bool(self._roles.get(hash(sourced_id), 0) & _IS_STUDENT)

    def not_enrolled(self) -> Iterator[Student]:
        """The users whom no enrolment in a homeroom class named, and who have the role of a student or none."""
        return (self._read(user) for user in self._places if user not in self._used)

    def _keep(self, user: int, student: Student) -> None:
        data = self._encode.encode(student)
        self._places[user] = self.spool.append(data) << _LENGTH_BITS | len(data)

    def _read(self, user: int) -> Student:
        place = self._places[user]
        data = self.spool.read_at(place >> _LENGTH_BITS, place & ((1 << _LENGTH_BITS) - 1))
        return self._decode.decode(data)

    def _taken(self, user: int, fields: Fields) -> Student:
        cpr_number, login, numbered = self._identifiers(user, fields)
        names = (fields.get(column) for column in ("givenName", "middleName", "familyName"))
        protected = fields.get(NAME_PROTECTED).lower()
        if protected and protected not in TRUTHS:
            fields.refuse(roster_errors.PROTECTED_INVALID, NAME_PROTECTED)
        levels = fields.list_of("grades")
        return Student(
            fields.row,
            kept(fields.sourced_id),
            kept(" ".join(filter(None, names))),
            cpr_number,
            login,
            TRUTHS.get(protected, ""),
            next((GRADES[each] for each in levels if each in GRADES), None),
            bool(levels),
            kept(fields.get("primaryOrgSourcedId") or self._schools.get(user, "")),
            [(each.code, each.column or "", each.value_class, dict(each.params)) for each in fields.errors],
            numbered,
        )

    def _identifiers(self, user: int, fields: Fields) -> tuple[str, str, bool]:
        """CPR number and UNI-Login. The CPR number is that of ``userIds``, else ``identifier`` if it looks like one
        (then the third is true).
        """
        named = [(_plain(kind), value) for kind, value in _USER_ID.findall(fields.get("userIds"))]
        numbers = {value for kind, value in named if kind in CPR_TYPES}
        logins = [value for kind, value in named if kind in LOGIN_TYPES]
        self.ignored["other_identifiers"] += len(named) - len(logins) - sum(kind in CPR_TYPES for kind, _ in named)
        column = "userIds" if numbers else "identifier"
        identifier = fields.get("identifier")
        if not numbers and (_CPR_LIKE.fullmatch(identifier) or _NINE_DIGITS.fullmatch(identifier)):
            numbers = {identifier}
        elif identifier and identifier not in numbers:
            self.ignored["other_identifiers"] += 1
        if len({each.replace("-", "") for each in numbers}) > 1:
            fields.refuse(roster_errors.CPR_SEVERAL, column)
            return "", "", False
        cpr_number = numbers.pop() if numbers else ""
        if _NINE_DIGITS.fullmatch(cpr_number):
            fields.refuse(roster_errors.ZERO_LOST, column)
        elif cpr_number and not _is_valid(IdentifierKind.CPR_NUMBER, cpr_number):
            fields.refuse("cpr_number.invalid", column)
        login = logins[0] if logins else self._logins.get(user, "")
        if login and not _is_valid(IdentifierKind.UNI_LOGIN, login):
            fields.refuse("uni_login.invalid", "userIds")
        return kept(cpr_number), kept(login), column == "identifier" and bool(cpr_number)


def _plain(text: str) -> str:
    return _OTHER_SIGNS.sub("", text).casefold()


def _is_valid(kind: IdentifierKind, text: str) -> bool:
    if is_placeholder(text):
        return True  # it is read as none, and the sender is told
    try:
        normalise(kind, text)
    except IdentifierInvalid:
        return False
    return True
