"""Lines of JSON that were made of a file of another format; a row that was refused there carries its errors."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from libs.shared.files.errors import FieldError
from libs.shared.files.json_lines import read_json
from libs.shared.files.kind import Kind
from libs.shared.files.raw import Raw

_ERRORS = "_errors"
_REFUSED = f'{{"{_ERRORS}":'


def write_line(fields: Mapping[str, str], errors: Sequence[FieldError]) -> bytes:
    """A row as a line with its end."""
    marked: dict[str, Any] = {_ERRORS: [each.as_json() for each in errors]} if errors else {}
    return msgspec.json.encode(marked | dict(fields)) + b"\n"


def read_marked(kind: Kind, texts: Sequence[str], *, leave_out: Collection[int] = ()) -> Raw:
    """Columns by name, as ``read_json``; lines that carry errors fail with them."""
    refused = {
        index: [FieldError(**each) for each in msgspec.json.decode(text)[_ERRORS]]
        for index, text in enumerate(texts)
        if text.startswith(_REFUSED)
    }
    raw = read_json(kind, texts, leave_out={*leave_out, *refused})
    return Raw(raw.kept, raw.columns, {**raw.failed, **refused})
