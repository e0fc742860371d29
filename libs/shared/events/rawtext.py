"""Text that was received as bytes and may not be valid text: a record's key and its headers' names.

A log decodes them as UTF-8 with ``surrogateescape``, so that any bytes can be restored. PostgreSQL's ``text`` accepts
neither the resulting surrogates nor NUL, and a terminal executes control characters.
"""


def to_bytes(text: str) -> bytes:
    """The bytes that ``text`` was decoded from. If it has a surrogate that stands for no byte, each surrogate is
    written as an escape sequence.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def from_bytes(raw: bytes) -> str:
    """The text that a log decodes these bytes to."""
    return raw.decode("utf-8", "surrogateescape")


def storable(text: str) -> bool:
    """Whether the text can be stored in a ``text`` column and be the key of a record on every log."""
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def printable(text: str) -> str:
    """The text in a form that is storable and fits one line of a terminal: unprintable characters are escaped."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
