"""One municipality as OneRoster: a zip for each school year with all its schools, as they are on one day of that year;
or the changes between two days.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from synthetic import school_days
from synthetic.layout import FIRST_YEARS, Layout, Line, lay_out
from synthetic.oneroster import changes, dirt, forecast, ids, persons
from synthetic.oneroster.forecast import RefusedRow, RosterForecast
from synthetic.oneroster.zip_writer import Writer, ZipWriter
from synthetic.roster import Pupil

_MONTH, _DAY = 5, 2
_ORDER = (
    *("enrollments.csv", "users.csv", "classes.csv", "roles.csv", "orgs.csv", "demographics.csv", "courses.csv"),
    *("userProfiles.csv", "academicSessions.csv"),
)
"""The files as they stand in a bulk: none after the files that it refers to, as the standard leaves the order free."""


def write(
    out: Path,
    *,
    code: str,
    pupils: int,
    seed: int,
    first_pupil: int = 0,
    years: Sequence[int] = tuple(range(len(FIRST_YEARS))),
    on: date | None = None,
    since: date | None = None,
    dirty: bool = True,
    newcomers: Sequence[Pupil] = (),
) -> list[RosterForecast]:
    """Write a municipality's zips and ``rosters.json`` to a folder, and return what they should come to.

    The municipality is that of ``municipality.write`` with the same arguments. ``years`` are indexes of
    ``FIRST_YEARS``; ``on`` is the day of the export, by default 2 May of each year. With ``since`` a zip has only
    what changed after that day (``changes``), and ``newcomers``. Where ``dirty``, each bulk has one row of each
    sort that is refused. The same arguments give the same bytes. Raises ``ValueError`` for a municipality that
    cannot be.
    """
    layout = lay_out(code, pupils, seed, first_pupil)
    out.mkdir(parents=True, exist_ok=True)
    written: list[RosterForecast] = []
    for year in years:
        day = on or date(FIRST_YEARS[year] + 1, _MONTH, _DAY)
        if since is not None:
            written.append(changes.write(out, layout, year, since, day, newcomers=newcomers))
        else:
            written.append(_Bulk(layout, pupils, year, day, dirty).write(out))
    forecast.write(out, written)
    return written


@dataclass
class _Bulk:
    """One zip: the pupils of a municipality on a day of a school year (an index of ``FIRST_YEARS``)."""

    layout: Layout
    pupils: int
    year: int
    day: date
    dirty: bool
    rows: dict[str, int] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)
    refused: list[RefusedRow] = field(default_factory=list)
    classes: int = 0
    enrolled: int = 0

    def write(self, out: Path) -> RosterForecast:
        """Write it, and say what it should come to."""
        first_year = FIRST_YEARS[self.year]
        path = f"oneroster-{self.layout.code}-{first_year}-{first_year + 1}.zip"
        moment = ids.moment(self.day)
        with ZipWriter(out / path, moment) as to:
            for name in _ORDER:
                with to.file(name) as file:
                    getattr(self, f"_{name.removesuffix('.csv')}")(file)
                self.rows[name] = file.rows
            to.manifest(ids.SOURCE, "bulk", _ORDER)
        return RosterForecast(
            path=path,
            mode="bulk",
            municipality_code=self.layout.code,
            institution_numbers=[school.institution_number for school in self.layout.schools],
            school_year=school_days.name(first_year),
            source=ids.SOURCE,
            source_moment=moment.isoformat(),
            classes=self.classes,
            pupils=self.enrolled,
            refused=self.refused,
            files=self.rows,
            ignored=dict(+self.ignored),
        )

    @property
    def _lines(self) -> list[Line]:
        return [line for lines in self.layout.lines for line in lines if line.exists(self.year)]

    def _academicSessions(self, to: Writer) -> None:  # noqa: N802 - the file's name
        start, end = school_days.bounds(FIRST_YEARS[self.year])
        year = {"title": school_days.name(start.year), "schoolYear": str(end.year), "endDate": end.isoformat()}
        to.row({"sourcedId": ids.school_year(self.year), "type": "schoolYear", "startDate": start.isoformat(), **year})
        spring = {"sourcedId": ids.spring(self.year), "type": "semester", "startDate": f"{end.year}-01-01", **year}
        to.row({**spring, "parentSourcedId": ids.school_year(self.year)})

    def _orgs(self, to: Writer) -> None:
        code = self.layout.code
        to.row({"sourcedId": ids.municipality(code), "name": f"Kommune {code}", "type": "district", "identifier": code})
        for school in self.layout.schools:
            own = {"sourcedId": ids.school(school), "name": school.name, "identifier": school.institution_number}
            to.row({**own, "type": "school", "parentSourcedId": ids.municipality(code)})
            section = {"sourcedId": f"afdeling-{school.institution_number}", "name": f"{school.name}, indskoling"}
            to.row({**section, "type": "department", "parentSourcedId": ids.school(school)})
            self.ignored["other_organisations"] += 1
        self.ignored["other_organisations"] += 1

    def _courses(self, to: Writer) -> None:
        for school in self.layout.schools:
            to.row(
                {"sourcedId": f"fag-{school.institution_number}", "title": "Alle", "orgSourcedId": ids.school(school)}
            )
            self.ignored["courses"] += 1

    def _classes(self, to: Writer) -> None:
        for line in self._lines:
            same = {
                "courseSourcedId": f"fag-{line.school.institution_number}",
                "schoolSourcedId": ids.school(line.school),
                "location": f"Lokale {line.class_name(self.year)}",
            }
            to.row(
                {
                    **same,
                    "sourcedId": ids.homeroom(line, self.year),
                    "title": line.class_name(self.year),
                    "classType": "homeroom",
                    # A special class has no grade of its own: it is that of its pupils.
                    "grades": "" if line.special else f"{line.grade(self.year):02d}",
                    "termSourcedIds": f"{ids.school_year(self.year)},{ids.spring(self.year)}",
                    "metadata.dk.classKind": "special" if line.special else "ordinary",
                }
            )
            to.row(
                {
                    **same,
                    "sourcedId": ids.group(line, self.year),
                    "title": f"Svømning, {line.class_name(self.year)}",
                    "classType": "scheduled",
                    "termSourcedIds": ids.spring(self.year),
                }
            )
            self.classes += 1
            self.ignored.update(locations=2, other_classes=1)
        if self.dirty:
            self._refuse("classes", dirt.classes(to, self.layout, self._lines[0], self.year))

    def _users(self, to: Writer) -> None:
        for one in persons.attending(self.layout, self.year, self.day):
            persons.student(to, one, self.ignored)
        for user_id, _, school in persons.adults(self.layout.schools, self.pupils):
            persons.adult(to, user_id, school, self.ignored)
        if self.dirty:
            dirt.users(to, self.layout, self._lines[0], self.year, self.ignored)

    def _roles(self, to: Writer) -> None:
        for one in persons.attending(self.layout, self.year, self.day):
            persons.role(to, one.pupil.local_id, "student", one.last.line.school)
        for user_id, name, school in persons.adults(self.layout.schools, self.pupils):
            persons.role(to, user_id, name, school)
        if self.dirty:
            for number in range(dirt.USERS):
                persons.role(
                    to, dirt.pupil(self.layout, self._lines[0], number).local_id, "student", self.layout.schools[0]
                )

    def _userProfiles(self, to: Writer) -> None:  # noqa: N802 - the file's name
        for one in persons.attending(self.layout, self.year, self.day):
            if not persons.has_user_ids(one.pupil.number):
                persons.profile(to, one.pupil, self.ignored)

    def _demographics(self, to: Writer) -> None:
        for one in persons.attending(self.layout, self.year, self.day):
            persons.demographics(to, one.pupil, self.ignored)

    def _enrollments(self, to: Writer) -> None:
        """The enrolments of pupils in their class and in its group, and those of teachers."""
        for one in persons.attending(self.layout, self.year, self.day):
            for membership in one.memberships:
                persons.enrolment(to, one, membership)
                self.enrolled += 1
            last = one.last
            to.row(
                {
                    "sourcedId": f"svoemmer-{one.pupil.number}",
                    "classSourcedId": ids.group(last.line, self.year),
                    "schoolSourcedId": ids.school(last.line.school),
                    "userSourcedId": one.pupil.local_id,
                    "role": "student",
                }
            )
            self.ignored["other_memberships"] += 1
        for number, line in enumerate(self._lines):
            to.row(
                {
                    "sourcedId": f"underviser-{number}",
                    "classSourcedId": ids.homeroom(line, self.year),
                    "schoolSourcedId": ids.school(line.school),
                    "userSourcedId": "laerer-0",
                    "role": "teacher",
                    "primary": "true",
                }
            )
            self.ignored["other_enrolments"] += 1
        if self.dirty:
            self._refuse("pupils", dirt.enrolments(to, self.layout, self._lines[0], self.year))

    def _refuse(self, kind: str, rows: Sequence[tuple[int, str]]) -> None:
        self.refused += [RefusedRow(kind, row, code) for row, code in rows]
        if kind == "classes":
            self.classes += len(rows)
        else:
            self.enrolled += len(rows)
