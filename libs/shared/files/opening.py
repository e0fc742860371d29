"""Reads the beginning of a file: byte order marks, lines before the header, and the line ends. Pure, over a few kB."""

import re
from dataclasses import dataclass

from libs.shared.base.errors import Invalid

BOM = b"\xef\xbb\xbf"
HEAD_BYTES = 8192
"""The number of bytes that are enough to see how a file begins."""

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_FEWEST_BYTES = 4
_SEPARATOR_LINE = re.compile(rb'"?sep=([^\r\n]{0,20}?)[;,\t "]*(?:\r*\n|\r|\Z)', re.IGNORECASE)
"""The line that tells Excel the separator. Its first group holds a separator that is not read here."""
_LINE_END = re.compile(rb"(\r*)(\n)|\r+")


class WideCharset(Invalid):
    """UTF-16 or UTF-32. It is refused by name, as its bytes would otherwise be reported as wrong quotes and columns."""

    code = "encoding.utf16"
    da = (
        "Filen er skrevet i UTF-16 (Excels »Unicode-tekst«) eller UTF-32, som ikke læses. Gem den som »CSV UTF-8«, og "
        "send den med Content-Type: text/csv; charset=utf-8."
    )
    en = (
        'The file is written in UTF-16 (Excel\'s "Unicode Text") or UTF-32, which is not read. Save it as "CSV UTF-8", '
        "and send it with Content-Type: text/csv; charset=utf-8."
    )


class SeparatorUnknown(Invalid):
    """Excel's line ``sep=`` names a separator that is not read here."""

    code = "file.separator"
    da = "Filens første linje (sep=) nævner et skilletegn, som ikke læses. Gem filen med semikolon, komma eller tab."
    en = "The file's first line (sep=) names a separator that is not read. Save it with semicolons, commas or tabs."


@dataclass(frozen=True, slots=True)
class Opening:
    """``skip``: bytes before the header, or before the first row of a file without one. Excel's line ``sep=`` is among
    them and counts as no line, since Excel does not show it. ``cr_alone``: lines end in CR alone, as older programs for
    Macintosh write them; each such byte stands for a line end.
    """

    skip: int
    cr_alone: bool


def read_opening(head: bytes, charset: str, *, csv: bool) -> Opening:
    """How the file that begins with ``head`` is to be read. ``head`` is its first ``HEAD_BYTES``, or the whole file.

    ``charset`` is the stored name (``charset_named``). Raises ``WideCharset`` or ``SeparatorUnknown``.
    """
    if _wide(head):
        raise WideCharset(pointer="/header/Content-Type")
    skip = len(BOM) if charset == "utf-8" and head.startswith(BOM) else 0
    cr_alone = _cr_alone(head)
    if csv and (line := _SEPARATOR_LINE.match(head, skip)):
        if line[1]:
            raise SeparatorUnknown(pointer="/header")
        skip = line.end()
    return Opening(skip, cr_alone)


def _wide(head: bytes) -> bool:
    """A byte order mark of UTF-16 or UTF-32, or zeros in every second byte, as Danish and English text has in them."""
    if head.startswith(_WIDE_MARKS):
        return True
    halves = (head[0::2], head[1::2])
    return len(head) >= _FEWEST_BYTES and any(half.count(0) * 2 > len(half) for half in halves)


def _cr_alone(head: bytes) -> bool:
    """Whether the first line ends in CR without an LF after it (``CR CR LF``, a text converted twice, has one)."""
    end = _LINE_END.search(head)
    return end is not None and not end[2] and end.end() < HEAD_BYTES
