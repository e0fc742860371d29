"""What is other in a new version than in the one before, field by field. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

_SHOWN = 100
"""Characters of a value that a line shows; a text is long and its pointer says where to read it."""


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[str]:
    """A line for each field that is new (``+``), gone (``-``) or other (``~``), named by its JSON pointer."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _member(before, after, name, f"{pointer}/{name}")
    elif isinstance(before, list) and isinstance(after, list):
        for number in range(max(len(before), len(after))):
            yield from _member(dict(enumerate(before)), dict(enumerate(after)), number, f"{pointer}/{number}")
    elif before != after:
        yield f"~ {pointer}: {_short(before)} → {_short(after)}"


def _member(before: Mapping[Any, Any], after: Mapping[Any, Any], name: Any, pointer: str) -> Iterator[str]:
    if name not in before:
        yield f"+ {pointer}: {_short(after[name])}"
    elif name not in after:
        yield f"- {pointer}: {_short(before[name])}"
    else:
        yield from differences(before[name], after[name], pointer)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
