"""Text that came as bytes and may be no text: a record's key and its headers' names.

A log reads them as UTF-8 with ``surrogateescape``, so that any bytes come back as they were. PostgreSQL's ``text``
takes neither the surrogates that this leaves nor NUL, and a terminal obeys control characters.
"""


def to_bytes(text: str) -> bytes:
    """The bytes that ``text`` was read from. A surrogate that stands for no byte is written as its escape."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def from_bytes(raw: bytes) -> str:
    """The text that a log makes of these bytes."""
    return raw.decode("utf-8", "surrogateescape")


def storable(text: str) -> bool:
    """Whether a ``text`` column, and the key of a record on every log, takes it."""
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def printable(text: str) -> str:
    """On one line of a terminal or a log, and storable: what cannot be seen is written as an escape."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
