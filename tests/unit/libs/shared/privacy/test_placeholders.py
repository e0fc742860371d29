"""Words for "nothing" are distinguished from identifiers."""

import pytest

from libs.shared.privacy.placeholders import is_placeholder


@pytest.mark.parametrize(
    "text",
    [
        *("NULL", "null", "(null)", "<NULL>", "None", "NaN", "NA", "N/A", "n.a.", "#N/A", "#I/T", "Ukendt", "UKENDT"),
        *("unknown", "uoplyst", "Ikke oplyst", "mangler", "ingen", "-", "--", "?", "...", "*", "0", "0000000000"),
        *("000000-0000", "000000 0000", "1111111111", "111111-1111", "9999999999", "#REF!", "#VÆRDI!", "#NAVN?"),
        *("'", '""', " NULL ", "–"),
    ],
)
def test_a_word_for_nothing_is_no_identifier(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  ",
            "6101120008",
            "610112-0008",
            "prov0001",
            "nula0001",
            "101-00001",
            "7",
            "10",
            "NULL-7",
            "0000000001",
        ),
        *("Å1", "na01", "#12", "1111111112", "11111", "Tom", "777"),
    ],
)
def test_an_identifier_and_an_empty_field_are_none_of_them(text: str) -> None:
    assert not is_placeholder(text)
