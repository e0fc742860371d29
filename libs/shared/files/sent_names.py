"""Has what is wrong with a row name the elements of the file that was sent, in every format that has names of its own.

A row of such a file carries the name of its format and the numbers of the lines or rows that it was made of
(``marked_lines``). A format declares where each column of its kinds comes from (``Format.origins``).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from libs.shared.files.errors import FieldError
from libs.shared.files.formats_declared import FORMATS
from libs.shared.files.marked_lines import read_origin
from libs.shared.files.notices import column_of, notice_key
from libs.shared.files.origins import general, named

_ORIGINS = {(form.name, kind): origins for form in FORMATS for kind, origins in form.origins.items()}
_LINES = frozenset(form.name for form in FORMATS if form.numbers_lines)


class Sent(NamedTuple):
    """The line of the sent file, and what is wrong there."""

    line: int
    errors: Sequence[FieldError]


def as_sent(kind: str, text: str, line: int, errors: Sequence[FieldError]) -> Sent:
    """The errors of a row of a file of several kinds. ``text`` is the row's line of JSON; ``line`` its number, which
    holds where the format has no lines of its own.
    """
    form, numbers = read_origin(text)
    if form in _LINES and numbers:
        line = numbers[0]
    return Sent(line, as_named_by(form, kind, numbers, errors))


def as_named_by(form: str, kind: str, numbers: Sequence[int], errors: Sequence[FieldError]) -> Sequence[FieldError]:
    """The errors of a row of a file of ``form``, as far as its ``numbers`` are known; unchanged for another file."""
    origins = _ORIGINS.get((form, kind))
    return errors if origins is None else named(origins, numbers, errors)


def form_of(data: bytes) -> str:
    """The format of which lines were made; empty if there are none."""
    first = next((line for line in data.splitlines() if line), b"")
    return read_origin(first.decode(errors="replace"))[0]


def noticed_as_named_by(form: str, kind: str, counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of notices (``notice_key``) under the names of a file of ``form``."""
    origins = _ORIGINS.get((form, kind), {})
    found: dict[str, int] = {}
    for key, count in counts.items():
        code, column = column_of(key)
        name = notice_key(code, general(origins[column]) if column in origins else column)
        found[name] = found.get(name, 0) + count
    return found
