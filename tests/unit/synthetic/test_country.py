"""The invented country: municipalities that share no pupil and no school, in files without dirt."""

import csv
import io

import pytest

from libs.shared.base.municipalities import municipality_codes
from synthetic import country


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode()), delimiter=";"))


def test_the_municipalities_of_a_country_share_nobody() -> None:
    pupils, schools, whole = set[str](), set[str](), 0
    for layout in country.layouts(3_000, municipalities=5):
        found = _rows(country.csv(layout, "pupils"))
        numbers = {row["uni_login"] for row in found}
        assert not numbers & pupils
        pupils |= numbers
        own = {row["institution_number"] for row in _rows(country.csv(layout, "schools"))}
        assert {row["institution_number"] for row in found} == own
        assert not own & schools
        schools |= own
        whole += len(numbers)
    assert whole == len(pupils) >= 3_000


def test_every_pupil_is_in_a_class_of_the_file_of_classes() -> None:
    (layout,) = country.layouts(600, municipalities=1)
    key = ("institution_number", "school_year")
    classes = {(*(row[name] for name in key), row["name"]) for row in _rows(country.csv(layout, "classes"))}
    assert {
        (*(row[name] for name in key), row["class_name"]) for row in _rows(country.csv(layout, "pupils"))
    } <= classes


def test_the_country_has_every_municipality() -> None:
    codes = [layout.code for layout in country.layouts(98 * 60)]
    assert codes == municipality_codes()
    assert len(codes) == 98


def test_too_few_pupils_are_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        next(country.layouts(100))
