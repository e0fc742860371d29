import random
import time
import unicodedata

import pytest

from libs.shared.privacy.cpr_in_text import cpr_numbers, holds_cpr_number

CPR = "6411121239"  # the replacement form: day 64

SPELLINGS = [
    CPR,
    "641112-1239",
    "641112 1239",
    "64 11 12 1239",
    "64 11 12 12 39",
    "64.11.12.1239",
    "64/11/12-1239",
    "64\\11\\12\\1239",
    "6 4 1 1 1 2 1 2 3 9",
    "6-4-1-1-1-2-1-2-3-9",
    "641112–1239",
    "641112 — 1239",
    "641112\u22121239",
    "641112\u20111239",
    "641112_1239",
    "641112, 1239",
    "641112: 1239",
    "641112 (1239)",
    "641112\u00a01239",
    "641112\u202f1239",
    "641112\u200b1239",
    "641112\u00ad-1239",
    "6\u200b4\u200d1\u20601\ufeff1\u200b2\u200b1\u200b2\u200b3\u200b9",
    "641112\x001239",
    "64\n11\n12\n1239",
    "６４１１１２１２３９",
    "٦٤١١١٢-١٢٣٩",
    "६४१११२ १२३९",
    "⑥④①①①②-①②③⑨",
    "64¹¹12-1239",
]


@pytest.mark.parametrize("written", SPELLINGS, ids=ascii)
@pytest.mark.parametrize(
    "around", ["{}", "om {}.", "elev{}x", "nr. 3 {}", "2022-09-05 {}", "({})", "12 {} 7", "a\n{}\nb"]
)
def test_a_cpr_number_is_found_in_any_spelling_and_place(written: str, around: str) -> None:
    assert holds_cpr_number(around.format(written))


@pytest.mark.parametrize("day", ["01", "31", "61", "91"])
def test_ordinary_and_replacement_days_count(day: str) -> None:
    assert holds_cpr_number(f"{day}0122-1234")


@pytest.mark.parametrize("written", ["64 11 12 1999", "64.11.12.2012", "641112-2022", "01-01-12-2012"])
def test_a_serial_that_looks_like_a_year_hides_nothing(written: str) -> None:
    assert holds_cpr_number(f"Se {written}.")


ORDINARY = [
    "12345678",
    "12 34 56 78",
    "+45 12 34 56 78",
    "004512345678",
    "+4512345678",
    "101001",
    "skolerne 101001 og 101002",
    "101001, 101002, 101003",
    "2022-09-05 101001",
    "2022-09-05 123456",
    "05.09.2022 12 elever",
    "den 05-09-2022: 101001",
    "5/9 2022 kl. 10.15",
    "31-12-2022 - 1200",
    "101001 2022/2023",
    "101001 2022/23",
    "absence-101001-2022-09",
    "2022/2023 101010",
    "uge 10, 11, 12, 13 og 14",
    "10, 11, 12, 13, 14",
    "karakterer 10 10 12 7 4 02",
    "kl. 10.11-12.15",
    "2022-11-30T10:11:12.123456Z",
    "193.162.10.11:5432",
    "16411121239",
    "64111212390",
    "123456789012",
    "12 cifre: 641112123900",
    "0064111212390",
    "3213451239",  # day 32
    "6413121239",  # month 13
    "300222-1239",  # 30 February
    "9999999999",
    "12345678-1234-4234-8234-a1234567890b",
    "06111212-3456-4234-8234-a1234567890b",
    "a6411121239bcdef",
    "https://example.dk/2022/09/05/101001",
    "",
    "123",
]


@pytest.mark.parametrize("text", ORDINARY, ids=ascii)
def test_ordinary_numbers_are_none(text: str) -> None:
    assert list(cpr_numbers(text)) == []


def test_the_place_is_told_to_the_character_also_behind_hidden_ones() -> None:
    text = "a\u200bb om 6411\u200b12-1239\u200b og 641112–1239!"
    assert [text[start:end] for start, end in cpr_numbers(text)] == ["6411\u200b12-1239", "641112–1239"]


def test_every_dash_and_every_decimal_digit_of_unicode_counts() -> None:
    dashes = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Pd"]
    assert len(dashes) > 20
    assert [ascii(dash) for dash in dashes if not holds_cpr_number(f"641112{dash}1239")] == []
    zeros = [code for code in range(0x110000) if unicodedata.decimal(chr(code), None) == 0]
    assert len(zeros) > 50
    for zero in zeros:
        assert holds_cpr_number("".join(chr(zero + int(digit)) for digit in CPR)), hex(zero)


def test_a_random_text_without_ten_digits_is_never_refused() -> None:
    chance = random.Random(9)  # noqa: S311 - texts, not keys
    signs = "0123456789abcæøå .,-–/\u00a0"
    for _ in range(2000):
        text = "".join(chance.choices(signs, k=40))
        if sum(sign.isdigit() for sign in text) < 10:
            assert not holds_cpr_number(text)


@pytest.mark.parametrize(
    "text",
    ["1 " * 50_000, "01 " * 50_000, "01" + "\u200b" * 100_000, "01-" * 50_000, "0" * 100_000, "01\u200b\u200b" * 30_000,
     "(." * 50_000, "20-" * 50_000, "ab12" * 30_000, "٠١-" * 40_000],
    ids=range(10),
)  # fmt: skip
def test_a_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    def seconds(given: str) -> float:
        times = []
        for _ in range(3):
            start = time.process_time()
            holds_cpr_number(given)
            times.append(time.process_time() - start)
        return min(times)

    # Quadratic time would be a hundredfold for ten times the length.
    assert seconds(text) < 40 * seconds(text[: len(text) // 10]) + 0.05
