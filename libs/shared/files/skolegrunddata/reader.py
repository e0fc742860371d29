"""Reads a file piece by piece and gives its classes and pupils. Bounded by ``limits``, whatever the file holds.

Pupils come as they are read; classes come last, as the grade of a class may be that of its pupils.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from libs.shared.files.skolegrunddata import head as heads
from libs.shared.files.skolegrunddata.head import Head, Source
from libs.shared.files.skolegrunddata.limits import HEAD_CHARACTERS, MOST_SOURCES
from libs.shared.files.skolegrunddata.members import Members
from libs.shared.files.skolegrunddata.problems import (
    HeadMissing,
    HeadTooLong,
    InstitutionInvalid,
    InstitutionMissing,
    InstitutionsSeveral,
    RootUnknown,
)
from libs.shared.files.skolegrunddata.rows import Place, Row
from libs.shared.files.skolegrunddata.safe_xml import SafeXml, Take
from libs.shared.files.skolegrunddata.vocabulary import ENVELOPE, EXPORT_ROOT, IMPORT_ROOT, SORTS
from libs.shared.values.codes import is_institution_number


class _Place:
    """An element that is open. ``texts`` are the elements in it whose text is read, with what each is called;
    ``inside`` are those in which more is read. Compared by identity, as one is looked at for every element of a file.
    """

    __slots__ = ("inside", "texts")

    def __init__(self, *texts: str, called: Mapping[str, str] | None = None, **inside: "_Place") -> None:
        self.texts: Mapping[str, str] = {name: name for name in texts} | dict(called or {})
        self.inside: Mapping[str, _Place] = inside


_LOGIN = _Place("UserId", called={"Name": "LoginName", "CivilRegistrationNumber": "LoginCivilRegistrationNumber"})
_IDENTITY = _Place("FirstName", "FamilyName", "CivilRegistrationNumber")
_STUDENT = _Place("Role", "Level", "MainGroupId")
_PERSON = _Place("LocalPersonId", UNILogin=_LOGIN, Person=_IDENTITY, Student=_STUDENT)
_GROUP = _Place("GroupId", "GroupName", "GroupType", "GroupLevel", "Line", "FromDate", "ToDate")
_INSTITUTION = _Place("InstitutionNumber", "InstitutionName", Group=_GROUP, InstitutionPerson=_PERSON)
_SOURCE = _Place()
_ROOT = _Place(ImportSource=_SOURCE, Institution=_INSTITUTION)
_WRAPPING = _Place()
_TEXT = _Place()
_TAKE_TEXT, _TAKE_NOTHING, _TAKE_CHILDREN = Take.TEXT, Take.NOTHING, Take.CHILDREN
_SORTS_OF_PERSONS = frozenset({"Student", "Employee", "Extern"})


@dataclass(frozen=True, slots=True)
class Institution:
    """The institution: six digits or capital letters, and the name, which may be empty."""

    number: str
    name: str


class SnapshotReader:
    """Reads one file: ``feed`` its bytes, then ``end``. ``today`` is the day in Denmark.

    ``head`` and ``institution`` are known before the first row. ``ignored`` counts what is not kept, by the sorts of
    ``vocabulary.IGNORED``. Raises ``FileEmpty`` and the problems of ``problems``; then the file as a whole is refused,
    whatever rows it gave before.
    """

    def __init__(self, today: date) -> None:
        self.head: Head | None = None
        self.institution: Institution | None = None
        self.ignored: Counter[str] = Counter()
        self._today = today
        self._xml = SafeXml(self)
        self._open: list[_Place] = []
        self._root: Head | None = None
        """The root as it was read; an export's gets its sources later."""
        self._sources: list[Source] = []
        self._institutions = 0
        self._field = ""
        self._values: dict[str, str] = {}
        self._sorts: set[str] = set()
        self._line = 0
        """Where the group or person that is being read starts."""
        self._rows: list[Row] = []
        self._members = Members(self.ignored)

    @property
    def line(self) -> int:
        """The line of the file that was read last."""
        return self._xml.line

    @property
    def persons(self) -> int:
        """The persons read so far, of all sorts."""
        return self._members.persons

    @property
    def groups(self) -> int:
        """The groups read so far, of all types."""
        return self._members.groups

    def feed(self, data: bytes) -> list[Row]:
        """Read the next piece: the rows of the pupils that it completes."""
        self._xml.feed(data)
        return self._taken()

    def end(self) -> list[Row]:
        """The file has ended: the rows of the last pupils, then those of the classes."""
        self._xml.end()
        if self._root is None:
            raise RootUnknown
        return self._taken() + self._members.classes(self._known())

    def _taken(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def start_element(self, name: str, attributes: Mapping[str, str]) -> Take:
        """An element starts; the parser calls it."""
        place = self._open[-1] if self._open else _WRAPPING
        if called := place.texts.get(name):
            self._field = called
            self._open.append(_TEXT)
            return _TAKE_TEXT
        inside = self._wrapped(name, attributes) if place is _WRAPPING else place.inside.get(name)
        if inside is None:
            self._leave_out(place, name)
            return _TAKE_NOTHING
        self._enter(inside, attributes)
        self._open.append(inside)
        return _TAKE_CHILDREN

    def end_element(self, text: str) -> None:
        """An element that was not left out ends; the parser calls it."""
        place = self._open.pop()
        if place is _TEXT:
            if self._field == "InstitutionNumber" and (self.institution or "InstitutionNumber" in self._values):
                raise InstitutionsSeveral
            self._values.setdefault(self._field, text)
        elif place is _GROUP:
            self._known()
            self._members.group(self._values, self._line)
            self._values = {}
        elif place is _PERSON:
            row = self._members.person(self._values, self._sorts, self._known(), self._line)
            if row is not None:
                self._rows.append(row)
            self._values = {}
        elif place is _INSTITUTION:
            self._known()

    def _wrapped(self, name: str, attributes: Mapping[str, str]) -> _Place | None:
        """The root, or what a SOAP answer has around it. Raises ``RootUnknown`` and the head's problems."""
        if name == IMPORT_ROOT or (name.startswith(EXPORT_ROOT) and len(name) <= HEAD_CHARACTERS):
            if self._root is not None:
                raise InstitutionsSeveral
            self._read_root(name, attributes)
            return _ROOT
        if self._open or name == ENVELOPE:
            return _WRAPPING
        raise RootUnknown

    def _read_root(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == IMPORT_ROOT:
            source = heads.read_source(attributes, self._today)
            self.head = self._root = Head(name, (source,), heads.attribute(attributes, "sourceVersion"))
            return
        exported = heads.read_moment(attributes, "exportDateTime", self._today)
        self._root = Head(name, (), None, exported, heads.required(attributes, "accessLevel"))

    def _enter(self, inside: _Place, attributes: Mapping[str, str]) -> None:
        if inside is _SOURCE:
            if len(self._sources) >= MOST_SOURCES:
                raise HeadTooLong(attribute="ImportSource", limit=MOST_SOURCES)
            self._sources.append(heads.read_source(attributes, self._today))
        elif inside is _INSTITUTION:
            self._institutions += 1
            if self._institutions > 1:
                raise InstitutionsSeveral
            self._values = {}
            self._complete_head()
        elif inside in (_GROUP, _PERSON):
            self._know_institution()
            self._values = {"source": attributes.get("source", "")} if inside is _PERSON else {}
            self._sorts = set()
            self._line = self._xml.line
        elif inside is _IDENTITY:
            self._values.setdefault("protected", attributes.get("protected", "").strip())
        elif inside is _STUDENT:
            self._sorts.add("Student")

    def _leave_out(self, place: _Place, name: str) -> None:
        if place is _PERSON and name in _SORTS_OF_PERSONS:
            self._sorts.add(name)
        elif place is _STUDENT and name == "GroupId":
            self.ignored["other_memberships"] += 1
        else:
            self.ignored[SORTS.get(name, "other_elements")] += 1

    def _complete_head(self) -> None:
        """An export's head is complete when its institution starts. Raises the head's problems."""
        if self.head is not None or self._root is None:
            return
        if not self._sources:
            raise HeadMissing(attribute="ImportSource")
        heads.require_one_year(self._sources)
        root = self._root
        self.head = Head(root.root, tuple(self._sources), None, root.exported, root.access_level)

    def _know_institution(self) -> None:
        """The institution is known when its first group or person starts, or when it ends. Raises its problems."""
        if self.institution is not None:
            return
        number = self._values.get("InstitutionNumber", "")
        if not number:
            raise InstitutionMissing
        if not is_institution_number(number):
            raise InstitutionInvalid
        name = heads.shown(self._values.get("InstitutionName", ""), "InstitutionName")
        self.institution = Institution(number, name)

    def _known(self) -> Place:
        """Where all rows are. Raises the problems of a file that does not say so."""
        if self._institutions:
            self._know_institution()
        if self.head is None or self.institution is None:
            raise InstitutionMissing
        return Place(self.institution.number, self.head.school_year)
