"""Groups and persons that are refused, one of each sort; each has one error only."""

from synthetic import roster
from synthetic.layout import Layout, Line
from synthetic.skolegrunddata.persons import Persons, Student

_FIRST_NUMBER = 100
"""After the pupil whom ``pupils.csv`` mistypes and the one in no roster."""
_HOLD = "H9999"


def groups(persons: Persons) -> None:
    """Classes that are refused, one that is not, and a group that is no class, for ``students``."""
    own = {"GroupType": "Hovedgruppe", "GroupLevel": "4"}
    reversed_dates = {"FromDate": "2022-12-01", "ToDate": "2022-11-30"}
    persons.group(
        {"GroupId": "9001", "GroupName": "4X", **own, **reversed_dates}, "skolegrunddata.group_dates_reversed"
    )
    persons.group({"GroupId": "9002", "GroupName": "4Y", **own})
    persons.group({"GroupId": "9002", "GroupName": "4Z", **own}, "skolegrunddata.group_repeated")
    persons.group({"GroupId": "9003", "GroupName": "4Æ", **own, "GroupLevel": "11"}, "skolegrunddata.level_unknown")
    persons.group({"GroupId": "9004", "GroupName": "4Ø", **own, "FromDate": "2022-02-30"}, "date.invalid")
    persons.group({"GroupId": _HOLD, "GroupName": "Svømning", "GroupType": "Hold"})


def students(persons: Persons, layout: Layout, line: Line, year: int) -> None:
    """Pupils of no roster, in the line's class, each wrong in one place."""
    level, group = str(line.grade(year)), f"{line.grade(year)}{ord(line.letter)}"

    def another(number: int, refused: str, **wrong: str) -> None:
        pupil = roster.pupil(layout, line, layout.next_number + _FIRST_NUMBER + number)
        given: dict[str, str] = {"cpr_number": pupil.cpr_number, "level": level, "main_group": group, **wrong}
        persons.student(Student(pupil, **given), refused)

    def cut(number: int) -> str:
        return roster.pupil(layout, line, layout.next_number + _FIRST_NUMBER + number).cpr_number[1:]

    another(0, "skolegrunddata.cpr_zero_lost", cpr_number=cut(0))
    another(1, "skolegrunddata.level_unknown", level="12")
    another(2, "skolegrunddata.main_group_unknown", main_group="8888")
    another(3, "skolegrunddata.main_group_no_class", main_group=_HOLD)
    another(4, "skolegrunddata.protected_invalid", protected="ja")
    another(5, "cpr_number.invalid", cpr_number="9913121234")
    first = next(iter(roster.of_line(layout, line)))
    another(6, "skolegrunddata.person_repeated", local_id=first.local_id)
