"""The frozen files: one JSON Schema and at least two example records for each version of each event.

A frozen schema changes only additively, and a frozen example is never removed: it represents records that
may stay on a compacted topic without a time limit.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from libs.shared.contracts.codec import InvalidEvent, NewerVersion, decode
from libs.shared.contracts.registry import MODELS
from libs.shared.contracts.schemas import Schema, breaking_changes, name_of, schema_of
from libs.shared.contracts.state import State

FROZEN = Path(__file__).parent / "frozen"
MIN_EXAMPLES = 2


def as_text(document: Any) -> str:
    """A document as it is written in the repository: indented, so that diffs are by line, with a newline at its end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def schema_path(model: type[State], folder: Path = FROZEN) -> Path:
    """The path of the frozen schema."""
    return folder / f"{name_of(model)}.schema.json"


def examples_path(model: type[State], folder: Path = FROZEN) -> Path:
    """The path of the frozen examples, a list of ``{"key": …, "headers": {name: text}, "value": {…}}``."""
    return folder / f"{name_of(model)}.examples.json"


def read_examples(model: type[State], folder: Path = FROZEN) -> list[dict[str, Any]]:
    """The frozen examples of one version."""
    examples: list[dict[str, Any]] = json.loads(examples_path(model, folder).read_text(encoding="utf-8"))
    return examples


def freeze(models: Sequence[type[State]] = MODELS, folder: Path = FROZEN) -> list[str]:
    """Write the schemas that are new or changed additively; returns one line for each refused change."""
    refused: list[str] = []
    for model in models:
        path, schema = schema_path(model, folder), schema_of(model)
        broken = breaking_changes(_read(path), schema) if path.exists() else []
        if broken:
            refused += [f"{name_of(model)}: {line}; give it a new VERSION and a topic of its own" for line in broken]
        else:
            path.write_text(as_text(schema), encoding="utf-8")
    return refused


def check(models: Sequence[type[State]] = MODELS, folder: Path = FROZEN) -> list[str]:
    """The faults of the frozen files, one line each with its remedy; empty when all files agree with the models."""
    return [line for model in models for line in (*_check_schema(model, folder), *_check_examples(model, folder))]


def check_against(earlier: Path, folder: Path = FROZEN) -> list[str]:
    """The breaking changes since ``earlier``, a copy of the folder from the last release, one line each."""
    lines: list[str] = []
    for before in sorted(earlier.glob("*.json")):
        after = folder / before.name
        if not after.exists():
            lines.append(f"{before.name}: removed; put it back, old records may still lie on the topic")
        elif before.name.endswith(".schema.json"):
            lines += [f"{before.name}: {line}" for line in breaking_changes(_read(before), _read(after))]
        else:
            kept = json.loads(after.read_text(encoding="utf-8"))
            gone = [example for example in json.loads(before.read_text(encoding="utf-8")) if example not in kept]
            lines += [f"{before.name}: the example with key {example['key']} changed; restore it" for example in gone]
    return lines


def _read(path: Path) -> Schema:
    document: Schema = json.loads(path.read_text(encoding="utf-8"))
    return document


def _check_schema(model: type[State], folder: Path) -> Iterator[str]:
    path = schema_path(model, folder)
    if not path.exists():
        yield f"{path.name} is missing; run `python -m libs.shared.contracts freeze`"
    elif path.read_text(encoding="utf-8") != as_text(schema_of(model)):
        broken = breaking_changes(_read(path), schema_of(model))
        yield from (f"{path.name}: {line}; give it a new VERSION and a topic of its own" for line in broken)
        if not broken:
            yield f"{path.name} lacks an additive change; run `python -m libs.shared.contracts freeze`"


def _check_examples(model: type[State], folder: Path) -> Iterator[str]:
    path = examples_path(model, folder)
    if not path.exists():
        yield f"{path.name} is missing; write at least {MIN_EXAMPLES} records of what really is sent"
        return
    examples = read_examples(model, folder)
    if len(examples) < MIN_EXAMPLES:
        yield f"{path.name} has {len(examples)} examples; write at least {MIN_EXAMPLES}"
    for number, example in enumerate(examples):
        headers = tuple((name, text.encode()) for name, text in example["headers"].items())
        try:
            event = decode(headers, json.dumps(example["value"]).encode())
        except (InvalidEvent, NewerVersion) as error:
            yield f"{path.name}[{number}] is no longer read: {error}; a change like this needs a new VERSION"
            continue
        if (type(event.data), event.key) != (model, example["key"]):
            yield f"{path.name}[{number}] is read as {name_of(type(event.data))} with key {event.key}"
