"""Which values and subjects an indicator takes."""

import pytest

from libs.shared.files.kinds.indicator_values import VALUES, IndicatorKind, fits, read_value
from libs.shared.rules.screening.facts import SEVEN_POINT_SCALE, NationalTestLevel, Readiness


def test_every_value_kept_is_one_the_screening_knows() -> None:
    assert set(VALUES[IndicatorKind.NATIONAL_TEST].values()) == set(NationalTestLevel)
    assert set(VALUES[IndicatorKind.EDUCATION_READINESS].values()) == set(Readiness)
    assert {int(mark) for mark in VALUES[IndicatorKind.TEACHER_MARK].values()} == set(SEVEN_POINT_SCALE)


@pytest.mark.parametrize(
    ("text", "code"), [("jævn", "fair"), ("Rigtig  god", "very_good"), ("nogenlunde", None), ("4", None)]
)
def test_a_test_result_is_read_as_it_is_written(text: str, code: str | None) -> None:
    assert read_value(IndicatorKind.NATIONAL_TEST, text) == code


@pytest.mark.parametrize(("text", "code"), [("0", "00"), ("02", "02"), ("12", "12"), ("5", None), ("-3", "-3")])
def test_a_mark_is_kept_as_the_scale_writes_it(text: str, code: str | None) -> None:
    assert read_value(IndicatorKind.TEACHER_MARK, text) == code


def test_subjects_go_with_their_indicator() -> None:
    assert fits(IndicatorKind.NATIONAL_TEST, "reading")
    assert not fits(IndicatorKind.NATIONAL_TEST, "danish")
    assert not fits(IndicatorKind.TEACHER_MARK, "")
    assert fits(IndicatorKind.EDUCATION_READINESS, "")
    assert not fits(IndicatorKind.EDUCATION_READINESS, "danish")
