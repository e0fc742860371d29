"""Makes the events of many rows inside the database, because a file may change tens of thousands of rows.

``BySet`` declares how the state of a model is written in SQL, field by field. ``Outbox.add_many`` makes the statement.
The codec gives the headers that all these events share; they differ in id, subject and content. Decision 0014 says why
the content is written in SQL. A test compares each declaration's events byte for byte with the codec's.
"""

# ruff: noqa: S608 - only constants of ours are put together, values travel as parameters

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from libs.shared.contracts.state import State

_ID_BYTES = 16
_VERSION_4 = bytes.maketrans(bytes(range(256)), bytes(0x40 | byte & 0x0F for byte in range(256)))
_VARIANT_1 = bytes.maketrans(bytes(range(256)), bytes(0x80 | byte & 0x3F for byte in range(256)))
_VERSION = "aggregate_version"


@dataclass(frozen=True, slots=True)
class BySet:
    """How rows of a relation become states of a model.

    ``texts`` gives each field's SQL expression over the relation's columns. Such a field is a string in JSON and never
    contains a character that JSON escapes. ``raws`` gives the expressions of the other fields, which are JSON already:
    a truth value, a list. ``columns`` are further columns that the expressions use, computed once per row; ``values``
    are their parameters. The relation has ``aggregate_version``. Where the columns have bounded size, the size of
    ``example`` stands for all events; else the caller compares the sizes that ``Telling.sizes`` returns. Raises
    ``ValueError`` if a field is missing.
    """

    example: State
    texts: Mapping[str, str]
    raws: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Require an expression for each field of the model."""
        fields = set(type(self.example).model_fields)
        if fields != {_VERSION, *self.texts, *self.raws}:
            raise ValueError(f"{type(self.example).__name__}: the fields are {sorted(fields)}")

    def statement(self, relation: str) -> str:
        """The SQL that writes an event for each row of ``relation``, as a part of the statement that defines it.

        The id is taken from the random bytes of ``tell_ids``: in a PostgreSQL built without OpenSSL, its own random
        function takes five times as long as everything else. ``OFFSET 0`` prevents that an expression used twice is
        computed twice.
        """
        computed = "".join(f", {expression} AS {name}" for name, expression in self.columns.items())
        return f"""
INSERT INTO outbox (id, topic, key, value, headers)
SELECT tell_id, :tell_topic, tell_key, convert_to({self._json()}, 'UTF8'), CAST(:tell_headers AS bytea)
  FROM (SELECT n.*, {self._key()} AS tell_key,
               CAST(encode(substr(CAST(:tell_ids AS bytea), CAST(16 * tell_number - 15 AS int), 16), 'hex') AS uuid)
               AS tell_id
          FROM (SELECT m.*, row_number() OVER () AS tell_number{computed} FROM {relation} AS m OFFSET 0) AS n
        OFFSET 0) AS e
"""

    def _json(self) -> str:
        """The content as the codec writes it: the fields in the model's order."""
        parts = [
            f"""'"{name}":' || ({_VERSION} + CAST(:tell_raised AS int))"""
            if name == _VERSION
            else f"""'"{name}":' || {self.raws[name]}"""
            if name in self.raws
            else f"""'"{name}":"' || {self.texts[name]} || '"'"""
            for name in type(self.example).model_fields
        ]
        return "'{' || " + " || ',' || ".join(parts) + " || '}'"

    def _key(self) -> str:
        """The record key as the model's ``KEY`` says."""
        parts = []
        for literal, name, _, _ in Formatter().parse(type(self.example).KEY):
            parts += [f"'{literal}'"] if literal else []
            parts += [f"CAST({self.texts[name]} AS text)"] if name else []
        return " || ".join(parts)


@dataclass(frozen=True, slots=True)
class Telling:
    """A statement that writes the events, for the ``WITH`` clause that also has the relation, and its parameters."""

    statement: str
    values: Mapping[str, Any]

    @property
    def sizes(self) -> str:
        """The same statement, which returns the ``size`` of each event's content in bytes."""
        return f"{self.statement} RETURNING octet_length(value) AS size"


def random_ids(count: int) -> bytes:
    """The bytes of ``count`` random UUIDs of version 4, one after another."""
    made = bytearray(secrets.token_bytes(_ID_BYTES * count))
    made[6::_ID_BYTES] = made[6::_ID_BYTES].translate(_VERSION_4)
    made[8::_ID_BYTES] = made[8::_ID_BYTES].translate(_VARIANT_1)
    return bytes(made)
