"""Tests, marks and readiness."""

from collections.abc import Callable
from pathlib import Path

from synthetic.forecast import Forecast
from synthetic.indicators import MARKS, TEST_RESULTS
from tests.unit.synthetic.reading import rows

Written = Callable[[int], tuple[Path, Forecast]]
ALLOWED = {
    "national_test": ({"reading", "mathematics"}, set(TEST_RESULTS)),
    "teacher_mark": ({"danish", "mathematics"}, set(MARKS)),
    "education_readiness": ({""}, {"ready", "not_ready"}),
}


def test_every_indicator_but_the_planted_ones_has_a_known_subject_and_value(written: Written) -> None:
    out, told = written(600)
    file = next(file for file in told.files if file.kind == "indicators")
    mistyped = [row.row for row in file.refused_rows if row.code == "value.unknown"]
    found = []
    for number, row in enumerate(rows(out, file), start=1):
        subjects, values = ALLOWED[row[1]]
        assert row[2] in subjects
        if row[5] not in values:
            found.append(number)
    assert found == mistyped


def test_no_pupil_has_two_indicators_with_one_key(written: Written) -> None:
    out, told = written(600)
    keys = [tuple(row[:5]) for row in rows(out, next(file for file in told.files if file.kind == "indicators"))]
    assert len(keys) == len(set(keys))


def test_marks_and_readiness_are_of_grades_eight_and_nine_and_not_later_than_june_2023(written: Written) -> None:
    out, told = written(600)
    for row in rows(out, next(file for file in told.files if file.kind == "indicators")):
        assert row[1] == "national_test" or row[3] in {"8", "9"}
        assert row[4] < "2023-07"
