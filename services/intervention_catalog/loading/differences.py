"""The differences between two versions of an item, field by field. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

_SHOWN = 100
"""The number of characters shown of a value; the pointer says where to read the rest."""


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[str]:
    """A line for each field that was added (``+``), removed (``-``) or changed (``~``), with its JSON pointer."""
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
