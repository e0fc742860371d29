"""The JSON Schema of an event's content on the wire, and which changes to it need a new version."""

from collections.abc import Iterator
from typing import Any

from libs.shared.contracts.state import State

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

NOTES = frozenset({"title", "description", "examples", "$comment", "$defs"})
"""Keywords for people, which no parser uses (a definition in ``$defs`` is compared where it is referred to)."""

FOLLOWED = frozenset({"properties", "required", "anyOf", "items"})
"""Keywords compared part by part."""


def name_of(model: type[State]) -> str:
    """``<type>.v<version>``: the stem of the frozen files and the message's name in the AsyncAPI document."""
    return f"{model.TYPE}.v{model.VERSION}"


def schema_of(model: type[State]) -> Schema:
    """The schema of the content that ``codec.encode`` writes, in which decimals are strings.

    ``x-topic`` and ``x-key`` are frozen with it: moving an event to another topic or key breaks its readers.
    """
    schema = model.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": f"urn:{name_of(model)}", "x-topic": model.TOPIC, "x-key": model.KEY, **schema}


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """The changes in ``new`` that need a new version with its own topic, one line each; empty if all are additive.

    Additive changes are a new optional property and other texts for people. Every other change breaks something: a
    removed property breaks its readers, a newly required one makes old records invalid, and a wider range of values
    breaks readers that rely on the narrow one.
    """
    return list(_Comparison(old, new).differences("", old, new, ()))


class _Comparison:
    def __init__(self, old_root: Schema, new_root: Schema) -> None:
        self._old_root = old_root
        self._new_root = new_root

    def differences(self, at: str, old: Any, new: Any, seen: tuple[str, ...]) -> Iterator[str]:
        """The differences below ``at``. ``seen`` are the references already followed, so that recursive models end."""
        if not (isinstance(old, dict) and isinstance(new, dict)):
            if old != new:
                yield f"{at or '/'}: {old!r} became {new!r}"
            return
        if "$ref" in old and "$ref" in new:
            if old["$ref"] in seen:
                return
            seen = (*seen, old["$ref"])
        old, new = _resolve(old, self._old_root), _resolve(new, self._new_root)
        for keyword in sorted((old.keys() | new.keys()) - NOTES - FOLLOWED):
            if old.get(keyword) != new.get(keyword):
                yield f"{at or '/'}: {keyword} was {old.get(keyword)!r}, is {new.get(keyword)!r}"
        yield from self._properties(at, old, new, seen)
        if "items" in old or "items" in new:
            yield from self.differences(f"{at}/items", old.get("items"), new.get("items"), seen)
        choices, now = old.get("anyOf", []), new.get("anyOf", [])
        if len(choices) != len(now):
            yield f"{at or '/'}: {len(choices)} alternatives became {len(now)}"
        for index, (before, after) in enumerate(zip(choices, now, strict=False)):
            yield from self.differences(f"{at}/anyOf/{index}", before, after, seen)

    def _properties(self, at: str, old: Schema, new: Schema, seen: tuple[str, ...]) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        was, now = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            if name not in after:
                yield f"{at}/{name}: removed"
                continue
            if (name in was) != (name in now):
                yield f"{at}/{name}: " + ("no longer always there" if name in was else "became required")
            yield from self.differences(f"{at}/{name}", before[name], after[name], seen)
        for name in sorted(now - before.keys()):
            yield f"{at}/{name}: added as required; add it as optional"


def _resolve(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Schema = root["$defs"][reference.removeprefix("#/$defs/")]
    return {**target, **{keyword: value for keyword, value in schema.items() if keyword != "$ref"}}
