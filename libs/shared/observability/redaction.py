"""The last defence against identifiers in logs: everything that looks like a CPR number becomes ``[redacted]``.

No code should log an identifier. This guard is for mistakes, so it removes too much rather than too little: ten
digits in any spelling of ``privacy.cpr_in_text``, whether or not they begin with a date. UUIDs and hexadecimal ids of
16, 32, 40 or 64 characters are ids of the platform and stay readable.
"""

from collections.abc import Mapping
from typing import Any

from libs.shared.privacy.cpr_in_text import cpr_numbers

REDACTED = "[redacted]"
MAX_DEPTH = 6  # deeper structures are cut: a log line is not a place for documents


def redact_text(text: str) -> str:
    """The text with everything replaced that looks like a CPR number."""
    kept, end = [], 0
    for start, after in cpr_numbers(text, dated=False):
        kept += [text[end:start], REDACTED]
        end = after
    return "".join([*kept, text[end:]]) if kept else text


def redact(value: Any, depth: int = MAX_DEPTH) -> Any:
    """The value with everything replaced that looks like a CPR number, also in keys and members. Structures nested
    deeper than ``depth`` become ``[cut]``.
    """
    if isinstance(value, str):
        return redact_text(value)
    if value is None or isinstance(value, bool | int | float):
        return REDACTED if redact_text(str(value)) != str(value) else value
    return _redact_inside(value, depth) if depth else "[cut]"


def _redact_inside(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {redact_text(str(key)): redact(member, depth - 1) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(member, depth - 1) for member in value]
    return redact_text(plain(value))


def plain(value: Any) -> str:
    """A value of another type as text: the value of known harmless types, for all others only the name of the type.

    A ``repr`` is never used, as the ``repr`` of a row or of a request shows its contents.
    """
    if type(value).__module__ in {"uuid", "datetime", "decimal", "pathlib"} or isinstance(value, type):
        return str(value)
    return f"<{type(value).__name__}>"
