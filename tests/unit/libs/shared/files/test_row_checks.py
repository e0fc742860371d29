"""Rules about a single row, which are checked while rows are read."""

from typing import Annotated

import pytest

from libs.shared.files.columns import Column
from libs.shared.files.errors import FieldError
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.row_checks import RowCheck, judge_rows


def smaller(left: int, right: int) -> FieldError | None:
    return None if left < right else FieldError("test.order", "right", params={"left": left})


CHECK = RowCheck(("left", "right"), smaller)


def test_rows_are_judged_and_the_class_of_the_value_is_told() -> None:
    errors: dict[int, list[FieldError]] = {}
    judge_rows([CHECK], {"left": [1, 5, 5], "right": [2, 4, 4]}, {"right": ["2", "4", "04"]}, errors)
    assert {row: [each.value_class for each in found] for row, found in errors.items()} == {
        1: ["digits(1)"],
        2: ["digits(2)"],
    }


def test_rows_with_a_wrong_field_are_not_judged_and_all_checks_are() -> None:
    errors = {0: [FieldError("number.invalid", "left")]}
    whole = RowCheck(("left",), lambda left: FieldError("test.left") if left > 4 else None)
    judge_rows([CHECK, whole], {"left": [None, 5], "right": [1, 4]}, {}, errors)
    assert [each.code for each in errors[0]] == ["number.invalid"]
    assert [(each.code, each.value_class) for each in errors[1]] == [("test.order", "empty"), ("test.left", "row")]


class Numbers(ImportRow):
    institution_number: Annotated[str, Column("nummer", "number", "101001")]


def test_a_check_of_a_column_that_the_kind_lacks_is_an_error_of_the_declaration() -> None:
    with pytest.raises(TypeError, match="row check"):
        Kind("numbers", Numbers, ("institution_number",), "Tal", "Numbers", checks=(CHECK,))
