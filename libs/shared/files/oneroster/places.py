"""Where and when a class is: the organisations and the academic sessions of a zip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from libs.shared.base.date_window import first_years
from libs.shared.files.errors import FieldError
from libs.shared.files.kinds import roster_errors
from libs.shared.files.oneroster.faults import error
from libs.shared.files.oneroster.known import Known
from libs.shared.files.oneroster.limits import MOST_PLACES
from libs.shared.files.oneroster.problems import TooManyRows
from libs.shared.files.oneroster.rows import Fields
from libs.shared.files.oneroster.vocabulary import ORGS, SCHOOL, SCHOOL_YEAR, SESSIONS
from libs.shared.values import school_years
from libs.shared.values.codes import is_institution_number

_MOST_PARENTS = 20
_YEAR_DAYS = 400
"""The longest session: a school year with some weeks around it."""


@dataclass(slots=True)
class _Session:
    kind: str
    first: date | None
    last: date | None
    parent: str
    year: str
    row: int


@dataclass(slots=True)
class Places:
    """Schools and school years by their ids; ``schools`` are the institution numbers of the file's schools.

    ``known`` are those of earlier files, for a delta. In a delta without it (``delta``), nobody can say what an id is
    that the file does not have: then the class waits for a server (``Fields.waits``).
    """

    today: date
    delta: bool = False
    known: Known | None = None
    schools: dict[str, str] = field(default_factory=dict)
    others: int = 0
    _orgs: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    _sessions: dict[str, _Session] = field(default_factory=dict)

    def add_org(self, fields: Fields) -> None:
        """An organisation. Raises ``TooManyRows``."""
        if len(self._orgs) >= MOST_PLACES:
            raise TooManyRows(file=ORGS, limit=MOST_PLACES)
        if fields.errors or fields.removed:
            return
        kind, number = fields.get("type"), fields.get("identifier").upper()
        self._orgs.setdefault(fields.sourced_id, (fields.row, kind, number))
        if kind != SCHOOL:
            self.others += 1
        elif is_institution_number(number):
            self.schools.setdefault(fields.sourced_id, number)

    def add_session(self, fields: Fields) -> None:
        """An academic session. Raises ``TooManyRows``."""
        if len(self._sessions) >= MOST_PLACES:
            raise TooManyRows(file=SESSIONS, limit=MOST_PLACES)
        if fields.errors or fields.removed:
            return
        found = _Session(
            fields.get("type"),
            fields.day("startDate"),
            fields.day("endDate"),
            fields.get("parentSourcedId"),
            fields.get("schoolYear"),
            fields.row,
        )
        self._sessions.setdefault(fields.sourced_id, found)

    def institution(self, school_id: str, fields: Fields) -> str:
        """The institution number of a class's school; empty if there is none, which is noted on the class."""
        number = self.schools.get(school_id)
        if number is not None:
            return number
        org = self._orgs.get(school_id)
        if org is None:
            if self.known and (known := self.known.school(school_id)) is not None:
                return known
            self._missing(fields, roster_errors.SCHOOL_UNKNOWN, "schoolSourcedId")
        elif org[1] != SCHOOL:
            fields.refuse(roster_errors.NOT_A_SCHOOL, "schoolSourcedId")
        else:
            fields.errors.append(error(roster_errors.INSTITUTION_INVALID, ORGS, org[0], "identifier", org[2]))
        return ""

    def number_of(self, school_id: str) -> str:
        """The institution number of an organisation; empty for one that is no school."""
        return self.schools.get(school_id) or (self.known and self.known.school(school_id)) or ""

    def org_row(self, school_id: str) -> int:
        """The row of an organisation; 0 if the zip does not have it."""
        return self._orgs[school_id][0] if school_id in self._orgs else 0

    def school_year(self, session_ids: Iterable[str], fields: Fields) -> str:
        """The school year of a class's sessions; empty if there is not one, which is noted on the class."""
        years: set[str] = set()
        for session_id in session_ids:
            session = self._session(session_id)
            if session is None:
                known = self.known.school_year(session_id) if self.known else None
                if known is None:
                    self._missing(fields, roster_errors.SESSION_UNKNOWN, "termSourcedIds")
                    return ""
                years.add(known)
                continue
            found = self._year_of(session)
            if isinstance(found, FieldError):
                fields.errors.append(found)
                return ""
            years.add(found)
        if len(years) == 1:
            return years.pop()
        fields.refuse(roster_errors.SESSIONS_SEVERAL if years else "value.required", "termSourcedIds")
        return ""

    def all_years(self) -> Mapping[str, str]:
        """The school year of each session that has one."""
        found = {session_id: self._session(session_id) for session_id in self._sessions}
        years = {each: self._year_of(session) for each, session in found.items() if session}
        return {each: year for each, year in years.items() if isinstance(year, str)}

    def _missing(self, fields: Fields, code: str, column: str) -> None:
        if self.delta and self.known is None:
            fields.waits = True
        else:
            fields.refuse(code, column)

    def _session(self, session_id: str) -> _Session | None:
        """The school year that a term lies in, if it names one; else the session itself."""
        own = found = self._sessions.get(session_id)
        for _ in range(_MOST_PARENTS):
            if found is None or found.kind == SCHOOL_YEAR:
                break
            found = self._sessions.get(found.parent)
        return found if found is not None and found.kind == SCHOOL_YEAR else own

    def _year_of(self, session: _Session) -> str | FieldError:
        """The school year in which the middle of a session lies. The standard's year is the one in which a school year
        ends; some systems write the one in which it begins, and the dates decide.
        """
        first, last = session.first, session.last
        wrong = error(roster_errors.SESSION_INVALID, SESSIONS, session.row, "schoolYear", session.year)
        if first is None or last is None or not timedelta() < last - first <= timedelta(days=_YEAR_DAYS):
            return error(roster_errors.SESSION_INVALID, SESSIONS, session.row, "endDate")
        year = school_years.school_year_of(first + (last - first) / 2)
        begins = school_years.first_year(year)
        if begins not in first_years(self.today) or session.year not in (str(begins), str(begins + 1)):
            return wrong
        return year
