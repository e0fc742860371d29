"""Turns parsed rows into records of the staging table: makes digests, keys identifiers, seals secrets. Called in a
thread.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import repeat
from operator import itemgetter, xor
from struct import unpack
from typing import Any
from uuid import UUID

import msgspec

from libs.shared.files.columns import Key, ReadyColumn
from libs.shared.files.kind import Kind
from libs.shared.imports.batch import Staged
from libs.shared.imports.staging.tables import FIXED, stored_as, value_columns
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import Fingerprints, LookupKeys, Vault

_DIGITS = 16
"""Hexadecimal digits of 64 bits."""

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Sealing:
    """The keys with which one receipt's rows are staged. ``print_key_id`` is the id of the key of its digests."""

    receipt_id: UUID
    municipality_code: str
    vault: Vault
    prints: Fingerprints
    print_key_id: str
    lookup_keys: LookupKeys


def row_context(receipt_id: UUID, row: int) -> bytes:
    """The authenticated context of the sealed values of a staged row."""
    return f"staged:{receipt_id}:{row}".encode()


def _hashes(kind: Kind, columns: Columns, prints: Fingerprints, key_id: str) -> dict[str, Sequence[int]]:
    """For each column of the natural key one signed 64-bit number per row.

    Each distinct value is hashed once, with its column's name. The value of a lookup key is a keyed digest already, and
    a chunk has thousands of them, so its first digits are used instead; the second identifier column uses the next.
    """
    found: dict[str, Sequence[int]] = {}
    identifiers = 0
    for name in kind.natural_key:
        column, values = kind.by_name[name], columns[name]
        if column.column.identifier:
            found[name] = _of_digests(values, _DIGITS * identifiers)
            identifiers += 1
        else:
            to_json = column.to_json
            texts = {value: f"{name}\0{to_json(value)!r}".encode() for value in set(values)}
            made = {value: prints.short(key_id, text) for value, text in texts.items()}
            found[name] = list(map(made.__getitem__, values))
    return found


def _of_digests(values: Sequence[Key | None], start: int) -> Sequence[int]:
    """Sixteen hexadecimal digits of each lookup key from ``start`` on, as a signed number; 0 for no key."""
    none = "0" * _DIGITS
    digits = [value.value[start : start + _DIGITS] if value else none for value in values]
    return unpack(f">{len(values)}q", bytes.fromhex("".join(digits)))


def _together(columns: Iterable[Sequence[int]]) -> Sequence[int]:
    """One signed 64-bit number per row: the exclusive or of its columns' numbers (tabulation hashing; Zobrist 1970,
    Carter and Wegman 1979). It needs numbers that differ from column to column for one value, as ``_hashes`` makes.

    Two different keys of one file meet by chance once in four million files of three million rows.
    """
    return reduce(lambda left, right: list(map(xor, left, right)), columns)


def names(kind: Kind) -> list[str]:
    """The columns of a record, in order."""
    return [*FIXED, *value_columns(kind)]


def records(kind: Kind, columns: Columns, rows: Sequence[int], sealing: Sealing) -> list[tuple[Any, ...]]:
    """The records of these rows, sorted by group, so that a group's rows are stored close together in the table."""
    hashes = _hashes(kind, columns, sealing.prints, sealing.print_key_id)
    group = _together(hashes[name] for name in kind.group)
    key = group if kind.group == kind.natural_key else _together(hashes.values())
    values = [_stored(columns, column) for column in kind.columns if not column.column.secret]
    values += [
        _keyed(columns[column.name], column.column.keyed, sealing)
        for column in kind.columns
        if column.column.keyed is not None
    ]
    secret = [column.name for column in kind.columns if column.column.secret]
    if secret:
        values.append(list(_sealed(zip(*(columns[name] for name in secret), strict=True), rows, sealing)))
    of_file = (repeat(sealing.receipt_id, len(rows)), repeat(sealing.municipality_code, len(rows)))
    return sorted(
        zip(*of_file, rows, group, key, *values, strict=True), key=itemgetter(list(FIXED).index("group_hash"))
    )


def _stored(columns: Columns, column: ReadyColumn) -> Sequence[Any]:
    values = columns[column.name]
    return [value and value.value for value in values] if column.column.identifier else values


def _keyed(values: Sequence[str | None], kind: IdentifierKind, sealing: Sealing) -> list[str | None]:
    made = {
        value: sealing.lookup_keys.value(kind, value, sealing.municipality_code)[1] for value in set(values) if value
    }
    return [made[value] if value else None for value in values]


def _sealed(secrets: Iterable[tuple[Any, ...]], rows: Sequence[int], sealing: Sealing) -> Iterator[bytes]:
    encode, encrypt = msgspec.msgpack.Encoder().encode, sealing.vault.encrypt
    for row, secret in zip(rows, secrets, strict=True):
        yield encrypt(encode(secret), row_context(sealing.receipt_id, row))


def columns_of(
    kind: Kind, staged: Staged, rows: Sequence[Sequence[Any]], stored: Sequence[str], vault: Vault
) -> tuple[list[int], dict[str, Sequence[Any]]]:
    """The reverse of ``records``, for rows with the columns ``stored``, the first of which is ``row_no``.

    Returns the row numbers and those of the kind's columns that ``stored`` contains. Raises ``Undecryptable``.
    """
    by_index = list(zip(*rows, strict=True)) if rows else [()] * len(stored)
    by_name: dict[str, Sequence[Any]] = dict(zip(stored, by_index, strict=True))
    numbers = list(by_name["row_no"])
    columns: dict[str, Sequence[Any]] = {}
    for column in kind.columns:
        values = by_name.get(stored_as(column.name))
        if values is None or column.column.secret:
            continue
        if column.column.identifier:
            made = {value: value and Key(staged.key_kind, staged.key_id, value) for value in set(values)}
            values = [made[value] for value in values]
        columns[column.name] = values
    secret = [column.name for column in kind.columns if column.column.secret]
    if "sealed" in by_name:
        decode = msgspec.msgpack.Decoder(tuple).decode
        opened = [
            decode(vault.decrypt(sealed, row_context(staged.receipt_id, number)))
            for number, sealed in zip(numbers, by_name["sealed"], strict=True)
        ]
        columns |= dict(zip(secret, zip(*opened, strict=True) if opened else [()] * len(secret), strict=True))
    return numbers, {name: columns[name] for name in kind.names if name in columns}
