"""From a file to plain values, every number as exact text, with the line each part stands on.

YAML is composed and never constructed: a plain ``10.5`` stays the text ``10.5`` until the model makes a ``Decimal`` of
it, ``2022-08-15`` is no date before the model says so, and no tag can build anything.
"""

import json
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml

from apps.cli.faults import Place, whole
from libs.shared.web.validation import pointer

MAX_BYTES = 1_000_000
"""A plan of 200 efforts takes about a tenth of it."""
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_LIKE_JSON = re.compile(r"\s*\{\s*[\"}]")


class Document(NamedTuple):
    """What a file says: mappings, lists, texts, and from JSON numbers and truth values; ``lines`` is empty for JSON."""

    value: Any
    lines: dict[Place, int]


def read(file: str) -> Document:
    """The document in the file, ``-`` for standard input: JSON by its name or its look, else YAML.

    Raises ``FileFault``.
    """
    text = _text(file)
    if not text.strip():
        raise whole("file.empty", "Filen er tom. Skriv en plan i den.", "The file is empty. Write a plan in it.")
    as_json = file.lower().endswith(".json") or (file == "-" and _LIKE_JSON.match(text) is not None)
    try:
        return _json(text) if as_json else _yaml(text)
    except RecursionError:
        raise whole(
            "file.too_deep",
            "Filen har for mange niveauer inde i hinanden. Skriv planen som i dokumentationens eksempel.",
            "The file has too many levels inside each other. Write the plan like the example of the documentation.",
        ) from None


def _text(file: str) -> str:
    try:
        if file == "-":
            given = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                given = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise whole(
            "file.unreadable",
            "Filen findes ikke eller kan ikke læses. Kontrollér stien og rettighederne.",
            "The file does not exist or cannot be read. Check the path and the permissions.",
        ) from error
    if len(given) > MAX_BYTES:
        raise whole(
            "file.too_large",
            f"Filen er større end {MAX_BYTES} byte. En fil er én plan.",
            f"The file is larger than {MAX_BYTES} bytes. A file is one plan.",
        )
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise whole(
            "text.encoding",
            "Filen er ikke UTF-8. Gem den som UTF-8.",
            "The file is not UTF-8. Save it as UTF-8.",
            line=given.count(b"\n", 0, error.start) + 1,
        ) from error


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON with its names as they came, so that one that comes twice is not lost."""


def _json(text: str) -> Document:
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs, parse_float=Decimal, parse_constant=str)
    except ValueError as error:
        raise whole(
            "json.invalid",
            "Indholdet er ikke gyldig JSON fra denne linje. Kontrollér komma, kolon og anførselstegn.",
            "The content is not valid JSON from this line on. Check commas, colons and quotation marks.",
            line=error.lineno if isinstance(error, json.JSONDecodeError) else None,
        ) from error
    return Document(_plain(pairs, ()), {})


def _plain(value: Any, place: Place) -> Any:
    if isinstance(value, _Pairs):
        found: dict[str, Any] = {}
        for name, inside in value:
            if name in found:
                _refuse_repeated((*place, name), None)
            found[name] = _plain(inside, (*place, name))
        return found
    if isinstance(value, list):
        return [_plain(inside, (*place, index)) for index, inside in enumerate(value)]
    return value


class _Composer(yaml.BaseLoader):
    """Composes nodes without anchors: what is written once is read once, so no small file becomes a large one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it without types
        if getattr(event, "anchor", None) is not None:
            raise whole(
                "yaml.anchor",
                "Ankre (&) og henvisninger (*) kan ikke bruges. Skriv felterne ud.",
                "Anchors (&) and aliases (*) cannot be used. Write the fields out.",
                line=event.start_mark.line + 1,
            )
        return super().compose_node(parent, index)


def _yaml(text: str) -> Document:
    try:
        node = yaml.compose(text, Loader=_Composer)
    except yaml.MarkedYAMLError as error:
        _refuse_yaml(error.problem_mark.line + 1 if error.problem_mark else None, error)
    except yaml.reader.ReaderError as error:
        _refuse_yaml(text.count("\n", 0, error.position) + 1, error)
    lines: dict[Place, int] = {}
    return Document(_value(node, (), lines), lines)


def _value(node: Any, place: Place, lines: dict[Place, int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(inside, (*place, index), lines) for index, inside in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return None if node.style is None and node.value in _NOTHING else node.value
    found: dict[str, Any] = {}
    for key, inside in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            _refuse_yaml(line, None)
        if key.value in found:
            _refuse_repeated((*place, key.value), line)
        lines[(*place, key.value)] = line
        found[key.value] = _value(inside, (*place, key.value), lines)
    return found


def _refuse_yaml(line: int | None, why: Exception | None) -> NoReturn:
    raise whole(
        "yaml.invalid",
        "Indholdet er ikke gyldig YAML ved denne linje. Kontrollér indrykning, kolon og anførselstegn.",
        "The content is not valid YAML at this line. Check indentation, colons and quotation marks.",
        line=line,
    ) from why


def _refuse_repeated(place: Place, line: int | None) -> NoReturn:
    raise whole(
        "field.repeated",
        "Feltet står der to gange. Behold det ene.",
        "The field is there twice. Keep one of them.",
        line=line,
        pointer=pointer(place),
    )
