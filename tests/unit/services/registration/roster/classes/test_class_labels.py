import pytest

from libs.shared.contracts.registration import ClassChanged
from services.registration.roster.classes.domain import label

STATE = {
    "aggregate_version": 1,
    "municipality_code": "101",
    "class_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a11",
    "institution_number": "101001",
    "school_year": "2022/2023",
    "kind": "ordinary",
}


@pytest.mark.parametrize(
    ("name", "grade", "told"),
    [
        ("3A", 3, "3A"),
        ("3.a", 3, "3A"),
        ("3 AB", 3, "3AB"),
        (" 3-a ", 3, "3A"),
        ("3. klasse A", 3, "3A"),
        ("0.å", 0, "0Å"),
        ("10.X", 10, "10X"),
        ("5", 5, "5"),
        ("5.", 5, "5"),
    ],
)
def test_a_name_of_the_usual_form_is_told_in_one_form(name: str, grade: int, told: str) -> None:
    assert label(name, grade) == told


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("Zebrasen", 3),
        ("3 Zebrasen", 3),
        ("3A Ole", 3),
        ("3ABC", 3),
        ("A3", 3),
        ("Ole", 3),
        ("4A", 3),  # another grade than the class has
        ("13A", 3),
        ("6411121239", 6),
        ("٣A", 3),
    ],
)
def test_any_other_name_is_told_by_the_grade_alone(name: str, grade: int) -> None:
    assert label(name, grade) == str(grade)


def test_the_contract_takes_labels_and_no_other_words() -> None:
    for told in ("3A", "3", "10ÆØ", "0B"):
        assert ClassChanged.model_validate({**STATE, "grade": 3, "label": told}).label == told
    for told in ("Zebrasen", "3 A", "3ABC", "11A", "3a", ""):
        with pytest.raises(ValueError, match="label"):
            ClassChanged.model_validate({**STATE, "grade": 3, "label": told})
