"""The absence files, one per school and school year, with their refused and parked rows."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from libs.shared.values.months import month_of
from synthetic import absence, people, roster
from synthetic.absence import Absent
from synthetic.dialect import OF_ABSENCE, TIDY
from synthetic.dirt import IN_ABSENCE, Beside
from synthetic.forecast import Parked
from synthetic.layout import FIRST_YEARS, Layout, School
from synthetic.roster import Membership, Pupil
from synthetic.writer import FileWriter

_UNKNOWN_ROWS = 4
_UNKNOWN_GRADE = 4


class AbsenceFiles:
    """Writes the files; afterwards ``late`` and ``unknown_pupil`` hold the parked rows by file."""

    def __init__(self, out: Path, layout: Layout) -> None:
        self._out, self._layout = out, layout
        self.late: list[Parked] = []
        self.unknown_pupil = Parked("", [])

    def write(self) -> Iterator[FileWriter]:
        """Write the files, year by year and school by school; each is complete when it is yielded."""
        for year in range(len(FIRST_YEARS)):
            for school in self._layout.schools:
                yield self._write(school, year, year * len(self._layout.schools) + school.index)

    def _write(self, school: School, year: int, index: int) -> FileWriter:
        first_year = FIRST_YEARS[year]
        path = f"absence-{school.institution_number}-{first_year}-{first_year + 1}.csv"
        dialect = OF_ABSENCE[index] if index < len(OF_ABSENCE) else TIDY
        plants = list(reversed(IN_ABSENCE[index])) if index < len(IN_ABSENCE) else []
        days = [day for day in school.days(year) if month_of(day) != school.unreported]
        with FileWriter(self._out, path, "absence", dialect) as file:
            for pupil, membership in roster.attending(self._layout, school, year):
                absences = self._absences(pupil, membership, days)
                for one in absences:
                    file.row(pupil.cpr_number, one.day.isoformat(), one.category, one.days, parked=pupil.line.late)
                if plants and _fit(pupil, absences):
                    taken = {one.day for one in absences}
                    free = [day for day in days if day not in taken]
                    bad = plants.pop()(Beside(pupil.cpr_number, absences, free, year))
                    file.refused(bad.fields, bad.code, bad.column, bad.corrected, repeats=bad.repeats)
            if file.parked:
                self.late.append(Parked(path, list(file.parked)))
            if index == len(FIRST_YEARS) * len(self._layout.schools) - 1:
                self._unknown(file, path, days)
        if plants:
            raise ValueError(f"{path} has too few pupils with absence for the dirt that belongs in it; add pupils.")
        return file

    def _absences(self, pupil: Pupil, membership: Membership, days: list[date]) -> list[Absent]:
        """The pupil's absence while a member; none without a CPR number, as these files name pupils by it."""
        if not pupil.cpr_number:
            return []
        grade = membership.line.grade(membership.year)
        drawn = absence.draw(self._layout.seed, pupil.number, grade, membership.year, days)
        return [one for one in drawn if membership.valid_from <= one.day < membership.valid_to]

    def _unknown(self, file: FileWriter, path: str, days: list[date]) -> None:
        """Rows without errors for a pupil in no roster: they are parked and stay so."""
        before = len(file.parked)
        birth_year = FIRST_YEARS[-1] - 6 - _UNKNOWN_GRADE
        number = people.cpr_number(birth_year, self._layout.next_number + 1, self._layout.seed)
        for day in days[10 : 10 + _UNKNOWN_ROWS]:
            file.row(number, day.isoformat(), "authorised", "1", parked=True)
        self.unknown_pupil = Parked(path, file.parked[before:])


def _fit(pupil: Pupil, absences: list[Absent]) -> bool:
    """Whether a refused row can follow this pupil's rows: the pupil is known, does not move and has a whole day."""
    return not pupil.moves and not pupil.line.late and any(one.halves == 2 for one in absences)
