"""Converts a column's texts to values. Each distinct text is read once, because dates, codes and pupils repeat."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from libs.shared.files.columns import NoIdentifier, ParseContext, ReadyColumn
from libs.shared.files.errors import FieldError, Refused, value_class
from libs.shared.files.notices import PLACEHOLDER, notice_key

_LONGEST_REMEMBERED = 100
"""The longest text of an identifier, blanks included, whose key is remembered; it bounds the memory."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found while converting: errors by row index, and notices counted by ``notice_key``."""

    errors: dict[int, list[FieldError]] = field(default_factory=dict)
    notices: Counter[str] = field(default_factory=Counter)


def convert(
    column: ReadyColumn, texts: Sequence[str | None], context: ParseContext, findings: Findings
) -> Sequence[Any]:
    """The value of each row; None where an error is added to ``findings``."""
    distinct = set(texts)
    identifier = column.column.identifier
    ready = _known(distinct, context) if identifier else {}
    new: dict[str, Any] = {}
    failed: dict[str | None, FieldError] = {}
    for text in distinct.difference(ready):
        given = text or ""
        try:
            ready[text] = column.read(given, context)
            new[given] = ready[text]
        except NoIdentifier:
            ready[text] = None
            findings.notices[notice_key(PLACEHOLDER, column.name)] += texts.count(text)
        except Refused as refused:
            ready[text] = None
            failed[text] = FieldError(refused.code, column.name, value_class(given), refused.params)
    if identifier:
        context.remember({text: key for text, key in new.items() if key and len(text) <= _LONGEST_REMEMBERED})
    if failed:
        for row, text in enumerate(texts):
            if text in failed:
                findings.errors.setdefault(row, []).append(failed[text])
    return list(map(ready.__getitem__, texts))


def _known(texts: Collection[str | None], context: ParseContext) -> dict[str | None, Any]:
    """The remembered keys. Looked up one by one, because a thread with another chunk may clear them meanwhile."""
    asked = zip(texts, map(context.keys.get, texts), strict=True)  # type: ignore[arg-type]  # None is never a key of it
    return {text: key for text, key in asked if key}
