"""National tests, teacher marks and education readiness of a pupil's school years, as the municipality has them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from synthetic.layout import FIRST_YEARS
from synthetic.roster import Pupil

TEST_RESULTS = ("ikke tilstrækkelig", "mangelfuld", "jævn", "god", "rigtig god", "fremragende")
MARKS = ("-3", "00", "02", "4", "7", "10", "12")
_TEST_WEIGHTS = (6, 10, 20, 30, 23, 11)
_MARK_WEIGHTS = (1, 4, 12, 24, 32, 19, 8)
_TESTS = (
    (2, "reading"),
    (3, "mathematics"),
    (4, "reading"),
    (6, "reading"),
    (6, "mathematics"),
    (8, "reading"),
    (8, "mathematics"),
)
_MARKED_GRADES = (8, 9)
_NOT_READY = 0.25
_NOT_TAKEN = 0.04


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the indicators file without the pupil."""

    indicator: str
    subject: str
    grade: int
    day: date
    value: str


def of_pupil(seed: int, pupil: Pupil) -> Iterator[Indicator]:
    """A pupil's indicators until spring 2023, oldest first within each kind; 4 % of the tests were not taken."""
    chance = random.Random(f"{seed}|indicators|{pupil.number}")
    shift = chance.choice((-1, 0, 0, 0, 1))
    last_grade = pupil.line.last_grade
    for grade, subject in _TESTS:
        result = _near(chance, TEST_RESULTS, _TEST_WEIGHTS, shift)
        if grade <= _latest_grade(last_grade) and chance.random() >= _NOT_TAKEN:
            yield Indicator("national_test", subject, grade, date(_spring(last_grade, grade), 3, 15), result)
    for grade in _MARKED_GRADES:
        if grade > _latest_grade(last_grade):
            continue
        spring = _spring(last_grade, grade)
        for day in (date(spring, 1, 16), date(spring, 6, 12)):
            for subject in ("danish", "mathematics"):
                yield Indicator("teacher_mark", subject, grade, day, _near(chance, MARKS, _MARK_WEIGHTS, shift))
        ready = "not_ready" if chance.random() < _NOT_READY - 0.15 * shift else "ready"
        yield Indicator("education_readiness", "", grade, date(spring, 1, 16), ready)


def _latest_grade(last_grade: int) -> int:
    """The highest grade that the pupil has been in; leavers ended with grade 9."""
    return min(last_grade, 9)


def _spring(last_grade: int, grade: int) -> int:
    """The calendar year of the spring in which the pupil was in that grade."""
    return FIRST_YEARS[-1] + 1 - (last_grade - grade)


def _near(chance: random.Random, scale: tuple[str, ...], weights: tuple[int, ...], shift: int) -> str:
    """A step of the scale, drawn at random and moved by the pupil's own shift."""
    step = chance.choices(range(len(scale)), weights)[0] + shift
    return scale[max(0, min(len(scale) - 1, step))]
