"""Checks of finished files that hold for every product. They do not rely on any earlier step."""

import io
import re
from collections.abc import Mapping, Sequence

import pyarrow.parquet as pq

from libs.shared.base.spreadsheets import restored

_UUID = re.compile(rb"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")

Line = Mapping[str, str]
"""A row of a CSV file: the text of each column."""


class NotReleasable(Exception):
    """A finished file breaks a rule; nothing of the bundle may be released."""


def check_no_ids(files: Mapping[str, bytes]) -> None:
    """No file holds an id of the platform. Raises ``NotReleasable``."""
    for name, content in files.items():
        if _UUID.search(content):
            raise NotReleasable(f"{name} holds an id")


def check_same_rows(name: str, lines: Sequence[Line], parquet: bytes) -> None:
    """The Parquet file of the table ``name`` has the rows of its CSV file. Raises ``NotReleasable``."""
    typed = pq.read_table(io.BytesIO(parquet)).to_pylist()
    same = len(typed) == len(lines) and all(
        line.keys() == row.keys()
        and all(not line[column] if value is None else _same(value, line[column]) for column, value in row.items())
        for row, line in zip(typed, lines, strict=True)
    )
    if not same:
        raise NotReleasable(f"{name} and its Parquet file differ")


def _same(value: object, text: str) -> bool:
    return text != "" and type(value)(restored(text)) == value  # type: ignore[call-arg] # a string, a whole or a decimal number
