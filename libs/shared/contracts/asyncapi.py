"""Makes the AsyncAPI 3 document from the topics and the models, for newcomers and for other systems."""

from typing import Any

from libs.shared.contracts.frozen import read_examples
from libs.shared.contracts.registry import MODELS
from libs.shared.contracts.schemas import Schema, name_of, schema_of
from libs.shared.contracts.state import State
from libs.shared.contracts.topics import TOPICS, Topic

Document = dict[str, Any]

HEADERS: Document = {
    "type": "object",
    "description": "CloudEvents 1.0 attributes, Kafka protocol binding, binary content mode.",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_schemaversion"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {
            "type": "string",
            "format": "uuid",
            "description": "Globally unique; the inbox of each consumer records it.",
        },
        "ce_source": {"type": "string", "description": "/<service>"},
        "ce_type": {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": {"type": "string", "description": "The record key."},
        "ce_schemaversion": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "ce_traceparent": {"type": "string", "description": "W3C trace context of the request that caused it."},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


def document() -> Document:
    """The whole document as plain data."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Skoleløft events",
            "version": "1",
            "description": "Each event holds the whole current state of one aggregate. Order is per key. "
            "A record without a value is a tombstone: the key's state is gone. "
            "Read at-least-once, remember the id, and ignore an older aggregate_version than you have seen.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS.values()},
        "operations": {name: part for topic in TOPICS.values() for name, part in _operations(topic)},
        "components": {
            "messages": {name_of(model): _message(model) for model in MODELS},
            "schemas": {"headers": HEADERS, **_schemas()},
        },
    }


def _channel(topic: Topic) -> Document:
    policy = (["compact"] if topic.compacted else []) + (["delete"] if topic.retention_hours else [])
    names = [name_of(model) for model in MODELS if topic.name == model.TOPIC]
    return {
        "address": topic.name,
        "description": f"Key: {topic.key}. Written by {topic.producer}, read by {', '.join(sorted(topic.consumers))}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": policy},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations(topic: Topic) -> list[tuple[str, Document]]:
    channel = {"$ref": f"#/channels/{topic.name}"}
    send = (f"{topic.producer}.sends.{topic.name}", {"action": "send", "channel": channel})
    receive = [
        (f"{group}.receives.{topic.name}", {"action": "receive", "channel": channel, "bindings": _group(group)})
        for group in sorted(topic.consumers)
    ]
    return [send, *receive]


def _group(group: str) -> Document:
    return {"kafka": {"groupId": {"type": "string", "enum": [group]}, "bindingVersion": "0.5.0"}}


def _message(model: type[State]) -> Document:
    return {
        "name": model.TYPE,
        "title": model.__name__,
        "summary": (model.__doc__ or "").strip().split("\n\n", maxsplit=1)[0],
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"$ref": f"#/components/schemas/{name_of(model)}"},
        "bindings": {"kafka": {"key": {"type": "string", "description": model.KEY}, "bindingVersion": "0.5.0"}},
        "examples": [{"headers": one["headers"], "payload": one["value"]} for one in read_examples(model)],
    }


def _schemas() -> dict[str, Schema]:
    """Each model's schema. Its nested definitions are moved to the document's schemas, and its references are changed
    accordingly.
    """
    schemas: dict[str, Schema] = {}
    for model in MODELS:
        schema = schema_of(model)
        for name, nested in schema.pop("$defs", {}).items():
            schemas[name] = _turned(nested)
        del schema["$id"]  # references would be resolved against it, but the definitions are elsewhere now
        schemas[name_of(model)] = _turned(schema)
    return dict(sorted(schemas.items()))


def _turned(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _turned(value)
            for key, value in part.items()
        }
    return [_turned(value) for value in part] if isinstance(part, list) else part
