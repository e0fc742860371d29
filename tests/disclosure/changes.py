"""Random changes between two deliveries of a world."""

import random
from collections.abc import Sequence

from tests.disclosure.decisions import Decision
from tests.disclosure.worlds import Pupil, World, enrol, hold_course, random_half_days


def change(made: World, chance: random.Random, year: int, *, most: int = 7) -> None:
    """A random change between two releases of a school year: pupils come, go or are corrected, a course is added, or
    pupils are selected, marked or no longer selected.
    """
    if made.deciding.random() < 0.4:
        _decide_again(made, year)
    taking = [one for one in made.pupils.values() if any(each.year == year for each in one.enrolments)]
    runs = sorted({each.course: each.start for one in taking for each in one.enrolments if each.year == year}.items())
    if not runs:
        hold_course(made, chance, year)
        return
    many = chance.choice((0, 1, 1, 2, 3, 4, 5, most, 2 * most))
    kind = chance.choice(("come", "come", "go", "correct", "correct", "correct", "correct", "course"))
    if kind == "course":
        hold_course(made, chance, year)
    elif kind == "come":
        run, start = chance.choice(runs)
        for pupil in _some(chance, [one for one in made.pupils.values() if one not in taking], many):
            enrol(made, pupil, run, start, year)
    elif kind == "go":
        for pupil in _some(chance, taking, many):
            pupil.enrolments = [each for each in pupil.enrolments if each.year != year]
    else:
        what = chance.choice(("days", "number", "class", "moved"))
        for pupil in _some(chance, taking, many):
            _correct(pupil, what, chance, year)


def _decide_again(made: World, year: int) -> None:
    chance = made.deciding
    taking = [one for one in made.pupils.values() if any(each.year == year for each in one.enrolments)]
    decision = chance.choice(((), (Decision("pupil"),), (Decision("group", designated=True),)))
    for pupil in _some(chance, taking, chance.choice((1, 2, 4, 5, 12))):
        pupil.decisions = list(decision)


def _correct(pupil: Pupil, what: str, chance: random.Random, year: int) -> None:
    if what == "days":
        pupil.half_days = {**pupil.half_days, chance.choice((year - 1, year)): random_half_days(chance)}
    elif what == "number":
        pupil.has_cpr_number = not pupil.has_cpr_number
    elif what == "class":
        pupil.special = not pupil.special
    else:
        pupil.unmeasured = set() if pupil.unmeasured else {year}


def _some(chance: random.Random, pupils: Sequence[Pupil], many: int) -> list[Pupil]:
    return chance.sample(list(pupils), min(many, len(pupils)))
