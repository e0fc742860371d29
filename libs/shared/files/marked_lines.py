"""Lines of JSON that were made of a file of another format.

A row that was refused there carries its errors. Each carries where it stood: the format's name, and the numbers of the
lines or rows of the sent file that it was made of.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from libs.shared.files.errors import FieldError
from libs.shared.files.json_lines import read_json
from libs.shared.files.kind import Kind
from libs.shared.files.raw import Raw

_ERRORS = "_errors"
_ORIGIN = "_at"
_REFUSED = f'{{"{_ERRORS}":'


class _Origin(msgspec.Struct):
    at: list[str | int] = msgspec.field(name=_ORIGIN, default_factory=list)


_ORIGINS = msgspec.json.Decoder(_Origin)


def write_line(
    fields: Mapping[str, str], errors: Sequence[FieldError], form: str = "", numbers: Sequence[int] = ()
) -> bytes:
    """A row as a line with its end, made of a file of ``form``."""
    marked: dict[str, Any] = {_ERRORS: [each.as_json() for each in errors]} if errors else {}
    if form:
        marked[_ORIGIN] = [form, *numbers]
    return msgspec.json.encode(marked | dict(fields)) + b"\n"


def read_origin(text: str) -> tuple[str, Sequence[int]]:
    """The format and the numbers of a line; an empty name if it says none, or was cut off."""
    try:
        at = _ORIGINS.decode(text).at
    except (msgspec.DecodeError, RecursionError):
        return "", ()
    return (str(at[0]), [int(each) for each in at[1:]]) if at else ("", ())


def read_marked(kind: Kind, texts: Sequence[str], *, leave_out: Collection[int] = ()) -> Raw:
    """Columns by name, as ``read_json``; lines that carry errors fail with them."""
    refused = {
        index: [FieldError(**each) for each in msgspec.json.decode(text)[_ERRORS]]
        for index, text in enumerate(texts)
        if text.startswith(_REFUSED)
    }
    raw = read_json(kind, texts, leave_out={*leave_out, *refused}, beside=(_ORIGIN,))
    return Raw(raw.kept, raw.columns, {**raw.failed, **refused})
