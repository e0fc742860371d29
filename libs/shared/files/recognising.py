"""Which kind of file a file is: told by its header, or by the names of its first JSON object."""

from collections.abc import Iterable, Sequence

import msgspec

from libs.shared.files.charset import decode_line
from libs.shared.files.header import HEADER_BYTES, split_names
from libs.shared.files.kind import RETURNED_COLUMNS, Kind
from libs.shared.files.opening import HEAD_BYTES, read_opening
from libs.shared.files.parse import CSV, NDJSON
from libs.shared.files.problems import FileEmpty, HeaderEncoding, HeaderTooLong, KindNotRecognised, KindUnknown

BEGINNING = HEAD_BYTES + HEADER_BYTES
"""Bytes of a file, unpacked, that tell its kind."""


def kind_named(name: str, kinds: Sequence[Kind]) -> Kind:
    """The kind of this name. Raises ``KindUnknown``."""
    for kind in kinds:
        if kind.name == name:
            return kind
    raise KindUnknown(pointer="/query/kind", kinds=_names(kinds))


def media_of(beginning: bytes) -> str:
    """``ndjson`` for a file whose first character is a brace, else ``csv``."""
    return NDJSON if beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" else CSV


def recognise(beginning: bytes, media: str, charset: str, kinds: Sequence[Kind]) -> Kind:
    """The kind of the file that starts with ``beginning``: its first ``BEGINNING`` bytes, or all of it.

    A header with a slip is taken for the kind that it shares most names with, so that reading it names the slip. Raises
    ``KindNotRecognised`` for a header that shares no name with any kind or as many with several, and the problems of a
    file that cannot be read that far.
    """
    opening = read_opening(beginning[:HEAD_BYTES], charset, csv=media == CSV)
    rest = beginning[opening.skip :]
    if media != CSV:
        rest = rest.lstrip()
    line, end, _ = (rest.replace(b"\r", b"\n") if opening.cr_alone else rest).partition(b"\n")
    if media == CSV and not end and len(line) > HEADER_BYTES:
        raise HeaderTooLong(pointer="/header", limit=HEADER_BYTES)
    text = decode_line(line, charset)
    if text is None:
        raise HeaderEncoding(pointer="/header", charset=charset)
    if not text.strip():
        raise FileEmpty
    names = split_names(text.strip("\r\n")) if media == CSV else _names_of_object(text, kinds)
    return _nearest(set(names) - {*RETURNED_COLUMNS, ""}, kinds)


def _names_of_object(line: str, kinds: Sequence[Kind]) -> Iterable[str]:
    try:
        return msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        raise KindNotRecognised(pointer="/header", kinds=_names(kinds)) from None


def _nearest(names: set[str], kinds: Sequence[Kind]) -> Kind:
    def required(kind: Kind) -> set[str]:
        return {column.name for column in kind.columns if column.required}

    whole = [kind for kind in kinds if required(kind) <= names <= set(kind.names)]
    if len(whole) == 1:
        return whole[0]
    shared = {kind.name: len(names & set(kind.names)) - len(required(kind) - names) for kind in kinds}
    best = max(shared.values())
    nearest = [kind for kind in kinds if shared[kind.name] == best and names & set(kind.names)]
    if len(nearest) != 1:
        raise KindNotRecognised(pointer="/header", kinds=_names(kinds))
    return nearest[0]


def _names(kinds: Sequence[Kind]) -> str:
    return ", ".join(kind.name for kind in kinds)
