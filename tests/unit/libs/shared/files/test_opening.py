"""The beginning of a file: what is skipped before the header, and refusals with the correct code."""

import pytest

from libs.shared.files.opening import BOM, HEAD_BYTES, Opening, SeparatorUnknown, WideCharset, read_opening

FILE = "pupil;date;category;days\r\n6101124001;2022-09-05;illness;1\r\n"


def opening(text: str, charset: str = "utf-8", *, csv: bool = True) -> Opening:
    return read_opening(text.encode(charset), charset, csv=csv)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_a_file_with_lf_is_read_as_it_stands(end: str) -> None:
    assert opening(FILE.replace("\r\n", end)) == Opening(0, cr_alone=False)


@pytest.mark.parametrize("head", [FILE, FILE.replace("pupil;date", '"pupil";"date"'), '{"a":1}\r\n{"a":2}\r\n'])
@pytest.mark.parametrize("ends", ["\r", "\r\r"])
def test_cr_alone_is_a_line_end_in_files_that_have_no_other(head: str, ends: str) -> None:
    assert opening(head.replace("\r\n", ends), csv="{" not in head) == Opening(0, cr_alone=True)


def test_a_file_of_one_line_and_one_whose_first_line_is_cut_off_are_no_files_of_cr() -> None:
    assert not opening("pupil;date").cr_alone
    assert not opening("x" * (HEAD_BYTES - 1) + "\r").cr_alone


@pytest.mark.parametrize(
    "line", ["sep=;", "SEP=;", '"sep=;"', "sep=,", "sep=\t", "sep=;;;;", '"sep=;";;;', "sep= ;", "sep="]
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_excel_s_line_about_the_separator_is_passed_over(line: str, end: str, mark: str) -> None:
    rest = FILE.replace("\r\n", end)
    found = opening(mark + line + end + rest)
    assert (mark + line + end + rest).encode()[found.skip :] == rest.encode()
    assert found.cr_alone == (end == "\r")


def test_the_line_about_the_separator_is_a_csv_s_and_stands_first() -> None:
    assert opening("sep=;\r\n" + FILE, csv=False).skip == 0
    assert opening(FILE + "sep=;\r\n").skip == 0
    assert opening("separate;date\r\n").skip == 0


def test_a_separator_that_is_not_read_is_told_as_such() -> None:
    with pytest.raises(SeparatorUnknown) as caught:
        opening("sep=|\r\npupil|date\r\n")
    assert caught.value.code == "file.separator"


def test_a_byte_order_mark_is_passed_over_in_utf_8_alone() -> None:
    assert opening("\ufeff" + FILE).skip == len(BOM)
    assert read_opening(BOM + FILE.encode(), "iso-8859-1", csv=True).skip == 0


@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1252", "iso-8859-1"])
@pytest.mark.parametrize("text", [FILE, FILE.replace(";", "\t"), '{"navn":"Søren Ærø"}\n', "a;b"])
def test_two_bytes_a_character_are_told_by_their_name(written: str, declared: str, text: str) -> None:
    with pytest.raises(WideCharset) as caught:
        read_opening(text.encode(written), declared, csv=True)
    assert caught.value.code == "encoding.utf16"
    assert "CSV UTF-8" in caught.value.messages["da"]


@pytest.mark.parametrize("head", [b"", b"\0", b"\0a", b"ab\0cdefg;h\n", b"\xff"])
def test_a_short_or_strange_head_is_left_to_the_header(head: bytes) -> None:
    assert read_opening(head, "utf-8", csv=True) == Opening(0, cr_alone=False)
