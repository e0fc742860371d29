"""Decodes bytes to lines in the declared character set, which is never guessed; lines outside it are reported."""

import re

from libs.shared.files.problems import CharsetUnknown

CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
}
"""Names that ``Content-Type`` may use, and the name that is stored."""

ACCEPTED = "utf-8, iso-8859-1, windows-1252"
_C1 = re.compile("[\x80-\x9f]")
_LOST = "\ufffd"


def charset_named(name: str | None) -> str:
    """The stored name of a declared charset; UTF-8 without a declaration. Raises ``CharsetUnknown``."""
    if name is None:
        return "utf-8"
    try:
        return CHARSETS[name.strip().strip('"').lower()]
    except KeyError:
        raise CharsetUnknown(pointer="/header/Content-Type", accepted=ACCEPTED) from None


def decode_line(raw: bytes, charset: str) -> str | None:
    """One line, or None if it is not in ``charset``.

    In a one-byte set nearly every byte is a character. So a line is also refused when it has control characters that
    ISO 8859-1 defines and no text uses, or when all of its non-ASCII bytes are valid UTF-8.
    """
    try:
        text = raw.decode(charset)
    except UnicodeDecodeError:
        return None
    if charset == "utf-8" or raw.isascii():
        return text
    if charset == "iso-8859-1" and _C1.search(text):
        return None
    return text if _as_utf8(raw) is None else None


def decode_lines(data: bytes, charset: str) -> tuple[list[str], set[int]]:
    """All lines without their ends, and the indexes of the lines that are not in ``charset``.

    Lines end in LF or CRLF. Other characters that some systems treat as line ends may be part of a name. A file whose
    lines end in CR alone was translated when it was received.
    """
    if charset == "utf-8" or data.isascii():
        try:
            return _split(data.decode("utf-8")), set()
        except UnicodeDecodeError:
            pass
    lines: list[str] = []
    bad: set[int] = set()
    for index, raw in enumerate(data.split(b"\n")):
        line = decode_line(raw, charset)
        if line is None:
            bad.add(index)
            line = _for_correction(raw, charset)
        lines.append(line.rstrip("\r"))
    return lines, bad


def _split(text: str) -> list[str]:
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    return [line.rstrip("\r") for line in lines] if "\r" in text else lines


def _as_utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _for_correction(raw: bytes, charset: str) -> str:
    """A line that is not in ``charset``, in the form in which it is handed back for correction.

    Each character is either certain or the replacement character, which no field accepts, so a misread character cannot
    come back as part of a name.
    """
    text = _as_utf8(raw) if charset != "utf-8" else None
    if text is None:
        text = raw.decode(charset, errors="replace")
    return _C1.sub(_LOST, text) if charset == "iso-8859-1" else text
