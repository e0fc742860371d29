"""One municipality as SkoleGrunddata: a file for each school and school year, as it is on one day of that year."""

from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from synthetic import roster, school_days
from synthetic.layout import FIRST_YEARS, Layout, Line, School, lay_out
from synthetic.skolegrunddata import dirt, forecast
from synthetic.skolegrunddata.forecast import SnapshotForecast
from synthetic.skolegrunddata.packages import PACKAGES, Package
from synthetic.skolegrunddata.persons import Persons, Student
from synthetic.skolegrunddata.xml_writer import XmlWriter

SOURCE = "Prøveadministration & Søn"
_MONTH, _DAY = 5, 2
_CHILDREN, _FIRST_CHILD = 2, 1000
_PUPILS_PER_EMPLOYEE = 10


def write(
    out: Path,
    *,
    code: str,
    pupils: int,
    seed: int,
    first_pupil: int = 0,
    packages: Sequence[str] = tuple(PACKAGES),
    years: Sequence[int] = tuple(range(len(FIRST_YEARS))),
    on: date | None = None,
    dirty: bool = True,
    without: Container[int] = (),
    schools: int | None = None,
) -> list[SnapshotForecast]:
    """Write a municipality's files and ``snapshots.json`` to a folder, and return what they should come to.

    The municipality is that of ``municipality.write`` with the same arguments, with ``schools`` schools or as many as
    such a municipality has. ``packages`` are taken in turn, school by school; ``years`` are indexes of ``FIRST_YEARS``;
    ``on`` is the day of the export, by default 2 May of each year. Pupils whose number is in ``without`` have left.
    Where ``dirty``, each file with CPR numbers has one row of each sort that is refused. The same arguments give the
    same bytes. Raises ``ValueError`` for a municipality that cannot be.
    """
    layout = lay_out(code, pupils, seed, first_pupil, schools)
    out.mkdir(parents=True, exist_ok=True)
    written: list[SnapshotForecast] = []
    for year in years:
        for school in layout.schools:
            package = PACKAGES[packages[len(written) % len(packages)]]
            day = on or date(FIRST_YEARS[year] + 1, _MONTH, _DAY)
            export = _Export(layout, school, year, day, package, dirty and package.identities, without)
            written.append(export.write(out))
    forecast.write(out, written)
    return written


@dataclass(frozen=True, slots=True)
class _Export:
    """One file: the pupils of a school on a day of a school year (an index of ``FIRST_YEARS``)."""

    layout: Layout
    school: School
    year: int
    day: date
    package: Package
    dirty: bool
    without: Container[int]

    def write(self, out: Path) -> SnapshotForecast:
        """Write it, and say what it should come to."""
        first_year, package = FIRST_YEARS[self.year], self.package
        path = f"skolegrunddata-{self.school.institution_number}-{first_year}-{first_year + 1}.xml"
        moment = f"{self.day.isoformat()}T06:30:00"
        source = {"sourceDateTime": moment, "source": SOURCE, "schoolYear": f"{first_year}-{first_year + 1}"}
        with (out / path).open("wb") as to, ExitStack() as open_elements:
            xml = XmlWriter(to, package)
            for name in ("Envelope", "Body", "Response", "xml") if package.enveloped else ():
                open_elements.enter_context(xml.inside(name, package.namespaces() if name == "Envelope" else None))
            open_elements.enter_context(xml.inside(package.root, self._root(source)))
            if not package.is_import:
                xml.empty("ImportSource", source)
            open_elements.enter_context(xml.inside("Institution"))
            xml.text("InstitutionNumber", self.school.institution_number)
            xml.text("InstitutionName", self.school.name)
            persons = Persons(xml, package, SOURCE)
            self._groups(persons)
            self._persons(persons)
        return SnapshotForecast(
            path=path,
            package=package.name,
            institution_number=self.school.institution_number,
            school_year=school_days.name(first_year),
            source=SOURCE,
            source_moment=moment,
            groups=persons.groups,
            persons=persons.persons,
            classes=persons.classes,
            pupils=persons.pupils,
            refused=persons.refused,
            ignored=dict(persons.ignored),
        )

    def _root(self, source: dict[str, str]) -> dict[str, str]:
        if self.package.is_import:
            return {**self.package.namespaces(), **source, "sourceVersion": "7.1"}
        exported = {"exportDateTime": f"{self.day.isoformat()}T07:00:00", "accessLevel": self.package.name}
        return {**self.package.namespaces(), **exported}

    @property
    def _lines(self) -> list[Line]:
        return [line for line in self.layout.lines[self.school.index] if line.exists(self.year)]

    def _groups(self, persons: Persons) -> None:
        start, end = school_days.bounds(FIRST_YEARS[self.year])
        for line in self._lines:
            name, group_id = line.class_name(self.year), group_of(line.class_name(self.year))
            persons.group(
                {
                    "GroupId": group_id,
                    "GroupName": name,
                    "GroupType": "Hovedgruppe",
                    # A special class has a level that is no grade; its grade is that of its pupils.
                    "GroupLevel": "Andet" if line.special else str(line.grade(self.year)),
                    "Line": line.letter,
                    "FromDate": start.isoformat(),
                    "ToDate": (end - timedelta(days=1)).isoformat(),
                }
            )
            persons.group({"GroupId": f"H{group_id}", "GroupName": f"Hold {name}", "GroupType": "Hold"})
        if self.dirty:
            dirt.groups(persons)

    def _persons(self, persons: Persons) -> None:
        """An employee before every tenth pupil, so that the rows of pupils are not numbered without gaps."""
        lines = self._lines
        for number, student in enumerate(self._students()):
            if number % _PUPILS_PER_EMPLOYEE == 0:
                groups = [group_of(line.class_name(self.year)) for line in lines[:2]]
                persons.employee(number // _PUPILS_PER_EMPLOYEE, groups)
            persons.student(student)
        if self.dirty:
            dirt.students(persons, self.layout, lines[0], self.year)
        persons.extern(1)
        for number in range(_CHILDREN):
            child = roster.pupil(self.layout, lines[0], self.layout.next_number + _FIRST_CHILD + number)
            persons.student(Student(replace(child, cpr_number=""), "DT", "", role="Barn"))

    def _students(self) -> Iterator[Student]:
        for pupil, membership in roster.attending(self.layout, self.school, self.year):
            here = membership.valid_from <= self.day < membership.valid_to
            if here and pupil.number not in self.without:
                group = group_of(membership.line.class_name(self.year))
                yield Student(pupil, str(membership.line.grade(self.year)), group)


def group_of(class_name: str) -> str:
    """The id of a class's group: digits alone, as some readers take it for a number."""
    return f"{class_name[:-1]}{ord(class_name[-1])}"
