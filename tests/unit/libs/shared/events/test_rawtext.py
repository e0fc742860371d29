"""Bytes that may not be valid text."""

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.events.rawtext import from_bytes, printable, storable, to_bytes


@given(st.binary())
def test_any_bytes_come_back_as_they_were(raw: bytes) -> None:
    assert to_bytes(from_bytes(raw)) == raw


@given(st.text(alphabet=st.characters()) | st.binary().map(from_bytes))
def test_what_is_printed_is_one_line_that_every_column_takes(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert storable(shown)
    shown.encode()


def test_what_no_column_takes_is_told_apart() -> None:
    assert storable("Søborg skole")
    assert not storable("a\0b")
    assert not storable(from_bytes(b"\xff"))
    assert to_bytes("\ud800") == b"\\ud800"
