"""How a parked row is stored, and when two rows state the same fact. Pure, apart from encryption."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from libs.shared.files.columns import Key
from libs.shared.files.kind import Kind
from libs.shared.imports.batch import Waiting
from libs.shared.privacy.keys import Vault

Columns = Mapping[str, Sequence[Any]]


def payload_context(row_id: UUID) -> bytes:
    """The authenticated context of the sealed content of a parked row."""
    return f"parked_row:{row_id}".encode()


def has_secrets(kind: Kind) -> bool:
    """Whether the kind has secret columns, so that its parked rows are sealed."""
    return any(column.column.secret for column in kind.columns)


def key_of(kind: Kind, columns: Columns, index: int) -> Key | None:
    """The lookup key of a row's pupil; None for a kind that does not park by one."""
    return None if kind.park_by is None else columns[kind.park_by][index]


def content_of(kind: Kind, columns: Columns, index: int) -> str:
    """The row as JSON, without the identifier, which is stored in columns of its own."""
    rest = [column for column in kind.columns if column.name != kind.park_by]
    return json.dumps({column.name: column.to_json(columns[column.name][index]) for column in rest})


def fact_of(kind: Kind, columns: Columns, index: int, waiting: Waiting) -> bytes:
    """A digest that is the same for two rows of a kind and municipality exactly if they state the same fact.

    It covers the pupil and the rest of the natural key. The pupil is given by the lookup key, which is keyed, or for a
    kind that does not park by one by the ids of pupil and case. Secret columns are left out, as this digest is unkeyed.
    """
    key = key_of(kind, columns, index)
    whose = list(key) if key is not None else [str(waiting.pupil_id), str(waiting.case_id)]
    what = [
        column.to_json(columns[column.name][index])
        for column in kind.columns
        if column.name in kind.natural_key and column.name != kind.park_by and not column.column.secret
    ]
    return hashlib.sha256(json.dumps([whose, what]).encode()).digest()


def sealed(vault: Vault, row_id: UUID, content: str) -> bytes:
    """The content of a parked row, encrypted."""
    return vault.encrypt(content.encode(), payload_context(row_id))


def opened(vault: Vault, row_id: UUID, given: bytes) -> dict[str, Any]:
    """The reverse of ``sealed``. Raises ``Undecryptable``."""
    found: dict[str, Any] = json.loads(vault.decrypt(given, payload_context(row_id)))
    return found
