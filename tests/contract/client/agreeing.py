"""Compares by their JSON schemas what one side writes with what the other side reads, and names each place that
differs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter

from libs.shared.client.operations import Operation

Schema = Mapping[str, Any]
IN_NUMBER = {"integer": {"integer", "number"}, "number": {"number"}}


@dataclass(frozen=True)
class Side:
    """A document with definitions, and the schema in it that is compared."""

    whole: Schema
    schema: Schema

    def at(self, schema: Schema) -> "Side":
        return Side(self.whole, schema)

    def alternatives(self) -> "list[Side]":
        """The schemas of which a value must match one, with references resolved."""
        found = self.schema
        while "$ref" in found:
            place: Any = self.whole
            for name in found["$ref"].removeprefix("#/").split("/"):
                place = place[name]
            found = place
        for word in ("anyOf", "oneOf", "allOf"):
            if word in found:
                return [each for one in found[word] for each in self.at(one).alternatives()]
        return [self.at(found)]

    @property
    def type(self) -> str | None:
        return self.schema.get("type")

    @property
    def values(self) -> set[Any] | None:
        if "const" in self.schema:
            return {self.schema["const"]}
        return set(self.schema["enum"]) if "enum" in self.schema else None


def differences(reader: Side, writer: Side, place: str, *, answer: bool) -> Iterator[str]:
    """What the writer may write and the reader does not accept. In an ``answer`` the reader may ignore fields, but each
    field that it knows must be written; in a body it must know every field that is written.
    """
    readers = reader.alternatives()
    for written in writer.alternatives():
        found = [list(_one(each, written, place, answer=answer)) for each in readers]
        if [] not in found:
            yield min(found, key=lambda each: (not each[0].startswith(f"{place}/"), len(each)))[0]


def _one(reader: Side, writer: Side, place: str, *, answer: bool) -> Iterator[str]:
    if reader.type is None and reader.values is None:  # the reader accepts any value
        return
    if reader.type not in IN_NUMBER.get(str(writer.type), {writer.type}):
        yield f"{place}: {writer.type} is written, {reader.type} is read"
        return
    if reader.values is not None and (writer.values is None or not writer.values <= reader.values):
        yield f"{place}: {writer.values or 'any value'} is written, {reader.values} is read"
    if (form := reader.schema.get("format")) not in {None, writer.schema.get("format")}:
        yield f"{place}: format {writer.schema.get('format')} is written, {form} is read"
    if reader.type == "array":
        items = (side.at(side.schema.get("items", {})) for side in (reader, writer))
        yield from differences(*items, f"{place}/*", answer=answer)
    if reader.type == "object":
        yield from _object(reader, writer, place, answer=answer)


def _object(reader: Side, writer: Side, place: str, *, answer: bool) -> Iterator[str]:
    read, written = (side.schema.get("properties", {}) for side in (reader, writer))
    missing = set(reader.schema.get("required", ())) - set(writer.schema.get("required", ()))
    yield from (f"{place}/{name}: is required and need not be written" for name in sorted(missing))
    open_reader = isinstance(more := reader.schema.get("additionalProperties"), dict)
    open_writer = isinstance(more_written := writer.schema.get("additionalProperties"), dict)
    unknown = set(read) - set(written) if answer else set(written) - set(read)
    if not (open_writer if answer else open_reader):
        yield from (f"{place}/{name}: is not there on the other side" for name in sorted(unknown))
    for name in read.keys() & written.keys():
        yield from differences(reader.at(read[name]), writer.at(written[name]), f"{place}/{name}", answer=answer)
    if open_reader:
        for name in written.keys() - read.keys():
            yield from differences(reader.at(more), writer.at(written[name]), f"{place}/{name}", answer=answer)
        if open_writer:
            yield from differences(reader.at(more), writer.at(more_written), f"{place}/*", answer=answer)


def _client(of: Any, mode: Any) -> Side:
    schema = TypeAdapter(of).json_schema(mode=mode)
    return Side(schema, schema)


def disagreements(operation: Operation[Any], document: Schema) -> Iterator[str]:
    """All differences between an operation and a service's OpenAPI document."""
    described = document["paths"].get(operation.path, {}).get(operation.method.lower())
    if described is None:
        yield "there is no such operation"
        return
    yield from _parameters(operation, described)
    yield from _body(operation.body, described, document)
    for status, response in described["responses"].items():
        if not status.startswith("2"):
            continue
        media = response.get("content", {})
        if operation.answer is bytes:
            if "application/json" in media:
                yield f"{status}: JSON is written, a file is read"
        elif "application/json" not in media:
            yield f"{status}: {', '.join(media) or 'nothing'} is written, JSON is read"
        elif "schema" in media["application/json"]:
            written = Side(document, media["application/json"]["schema"])
            yield from differences(_client(operation.answer, "validation"), written, f"{status}:", answer=True)


def _parameters(operation: Operation[Any], described: Schema) -> Iterator[str]:
    known: dict[str, dict[str, bool]] = {"query": {}, "header": {}, "path": {}}
    for each in described.get("parameters", ()):
        known[each["in"]][each["name"].lower() if each["in"] == "header" else each["name"]] = each["required"]
    key = "idempotency-key" in known["header"]
    if key is not operation.keyed and not (key and operation.safe):
        yield f"an idempotency key is {'taken' if key else 'not taken'}"
    sent = {"query": operation.query, "header": operation.headers | ({"idempotency-key"} if operation.keyed else set())}
    for kind, names in sent.items():
        yield from (f"{kind} parameter {name} is not known" for name in sorted(names - known[kind].keys()))
        needed = {name for name, required in known[kind].items() if required}
        yield from (f"{kind} parameter {name} is required" for name in sorted(needed - names))


def _body(body: type[BaseModel] | None, described: Schema, document: Schema) -> Iterator[str]:
    media = described.get("requestBody", {}).get("content", {})
    schema = media.get("application/json", {}).get("schema")
    if body is None:
        if schema is not None and described["requestBody"].get("required"):
            yield "a body is required"
    elif schema is None:
        yield "no body is taken"
    else:
        yield from differences(Side(document, schema), _client(body, "serialization"), "body", answer=False)
