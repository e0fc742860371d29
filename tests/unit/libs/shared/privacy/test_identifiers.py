"""Identifiers: accepted and refused values, and errors that show no value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.base.settings import Profile
from libs.shared.privacy.identifiers import (
    CprKind,
    CprNumberInvalid,
    IdentifierInvalid,
    IdentifierKind,
    LocalIdInvalid,
    UniLoginInvalid,
    cpr_kind,
    is_real_cpr_number,
    normalise,
    parse_cpr_number,
    parse_local_id,
    parse_uni_login,
)


@pytest.mark.parametrize("text", ["6101120008", "610112-0008", "  6101120008 "])
def test_a_replacement_number_is_read_with_and_without_hyphen(text: str) -> None:
    number = parse_cpr_number(text)
    assert number.digits == "6101120008"
    assert number.kind is CprKind.REPLACEMENT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "610112000",
        "61011200080",
        "6101-120008",
        "abcdefghij",
        "6113120008",  # month 13
        "6100120008",  # month 0
        "9201120008",  # day 32
        "6000120008",
        "9002120008",  # 30 February
        "6101120 008",
        "٦١٠١١٢٠٠٠٨",  # Arabic-Indic digits
    ],
)
def test_what_cannot_be_a_cpr_number_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(CprNumberInvalid) as caught:
        parse_cpr_number(text)
    assert caught.value.code == "cpr_number.invalid"
    assert not text or text not in str(caught.value)


def test_a_number_that_fails_modulus_11_is_valid() -> None:
    digits = "6101120008"
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    assert sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 != 0
    assert parse_cpr_number(digits).digits == digits


@given(
    st.dates().filter(lambda d: 1900 <= d.year <= 2099),
    st.integers(min_value=0, max_value=9999),
)
def test_every_existing_date_gives_a_replacement_number(day, serial: int) -> None:  # type: ignore[no-untyped-def] # hypothesis gives a date
    number = parse_cpr_number(f"{day.day + 60:02}{day.month:02}{day.year % 100:02}{serial:04}")
    assert number.kind is CprKind.REPLACEMENT


@pytest.mark.parametrize(
    ("seventh", "year", "leap"),
    [
        (0, 0, False),  # 1900 had no 29 February
        (3, 0, False),
        (4, 0, True),  # 2000 had one
        (9, 36, True),
        (5, 0, True),
        (8, 57, False),
        (7, 96, True),  # 1896
        (4, 96, True),  # 1996
        (5, 58, False),
    ],
)
def test_the_seventh_digit_gives_the_century_of_an_ordinary_number(seventh: int, year: int, *, leap: bool) -> None:
    # 29 February shows which century was meant; the test never forms a complete number.
    assert cpr_kind(29, 2, year, seventh) is (CprKind.ORDINARY if leap else None)


def test_a_number_never_shows_in_its_own_text() -> None:
    number = parse_cpr_number("6101120008")
    assert "6101120008" not in f"{number} {number!r}"


def test_replacement_numbers_count_in_the_development_profile_alone() -> None:
    assert is_real_cpr_number(CprKind.ORDINARY, Profile.PRODUCTION)
    assert not is_real_cpr_number(CprKind.REPLACEMENT, Profile.PRODUCTION)
    assert is_real_cpr_number(CprKind.REPLACEMENT, Profile.DEVELOPMENT)


def test_a_uni_login_is_one_login_in_any_case() -> None:
    assert parse_uni_login(" Prøv".replace("ø", "o") + "1234 ") == "prov1234"
    for bad in ("", "ab", "a b c", "æøå12", "x" * 65, "-abc", "a@b.c"):
        with pytest.raises(UniLoginInvalid):
            parse_uni_login(bad)


def test_a_local_id_keeps_its_case_and_is_composed() -> None:
    assert parse_local_id(" Åb-1 ") == "Åb-1"
    assert parse_local_id("A\u030ab-1") == "Åb-1"
    for bad in ("", "   ", "x" * 65, "a\x00b", "a\nb"):
        with pytest.raises(LocalIdInvalid):
            parse_local_id(bad)


@given(st.text(), st.sampled_from(IdentifierKind))
def test_normalising_twice_is_normalising_once(text: str, kind: IdentifierKind) -> None:
    try:
        once = normalise(kind, text)
    except IdentifierInvalid:
        return
    assert normalise(kind, once) == once
