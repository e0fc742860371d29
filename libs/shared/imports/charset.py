"""Bytes to lines in the declared character set. It is declared and never guessed; a line that is not in it is told."""

from libs.shared.imports.problems import CharsetUnknown

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
"""Names that ``Content-Type`` may use, and the one we store."""

ACCEPTED = "utf-8, iso-8859-1, windows-1252"
BOM = b"\xef\xbb\xbf"
_C1 = frozenset(map(chr, range(0x80, 0xA0)))


def charset_named(name: str | None) -> str:
    """The stored name of a declared charset, UTF-8 if none is. Raises ``CharsetUnknown``."""
    if name is None:
        return "utf-8"
    try:
        return CHARSETS[name.strip().strip('"').lower()]
    except KeyError:
        raise CharsetUnknown(pointer="/header/Content-Type", accepted=ACCEPTED) from None


def decode_line(raw: bytes, charset: str) -> str | None:
    """One line, or None if it is not in ``charset``.

    Nearly every byte is some character of a one-byte set, so two more things show that a line is not what it claims:
    control characters that ISO 8859-1 has and no text uses, and non-ASCII that is whole UTF-8 throughout.
    """
    try:
        text = raw.decode(charset)
    except UnicodeDecodeError:
        return None
    if charset == "utf-8" or raw.isascii():
        return text
    if charset == "iso-8859-1" and not _C1.isdisjoint(text):
        return None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return text
    return None


def decode_lines(data: bytes, charset: str) -> tuple[list[str], set[int]]:
    """All lines without their ends, and the indexes of those not in ``charset`` (shown with replacement signs).

    Lines end in LF or CRLF alone: other characters that count as line ends somewhere may stand in a name.
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
            line = raw.decode(charset, errors="replace")
        lines.append(line.removesuffix("\r"))
    return lines, bad


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines
