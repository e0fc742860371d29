"""Every log delivers events unchanged, and another implementation of CloudEvents can read them."""

import json
from typing import Any

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat

from libs.shared.contracts.codec import decode, encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.frozen import read_examples
from libs.shared.contracts.registry import MODELS
from libs.shared.contracts.state import State
from libs.shared.eventlog.port import Outgoing
from tests.contract.eventlog.support import group_name, read
from tests.realparts.eventlogs import EachLog


def events() -> list[Event[State]]:
    """Every frozen example of every schema version."""
    found: list[dict[str, Any]] = [example for model in MODELS for example in read_examples(model)]
    return [
        decode(
            tuple((name, text.encode()) for name, text in example["headers"].items()),
            json.dumps(example["value"]).encode(),
        )
        for example in found
    ]


async def test_every_frozen_event_comes_through_as_it_was(each_log: EachLog) -> None:
    topic = await each_log.topic()
    sent = {str(event.id): event for event in events()}
    records = []
    for event in sent.values():
        headers, value = encode(event)
        records.append(Outgoing(topic, event.key, value, headers))
    await each_log.append(records)
    for record in await read(await each_log.member(group_name(), topic), len(records)):
        event = decode(record.headers, record.value or b"")
        assert event == sent[str(event.id)]
        assert record.key == event.key


async def test_another_reader_of_cloudevents_understands_them(each_log: EachLog) -> None:
    topic = await each_log.topic()
    sent = {str(event.id): event for event in events()}
    for event in sent.values():
        headers, value = encode(event)
        await each_log.append([Outgoing(topic, event.key, value, headers)])
    for record in await read(await each_log.member(group_name(), topic), len(sent)):
        message = KafkaMessage(headers=dict(record.headers), key=record.key.encode(), value=record.value or b"")
        found = from_binary(message, JSONFormat())
        event = sent[found.get_id()]
        assert (found.get_type(), found.get_source(), found.get_time()) == (event.type, event.source, event.time)
        assert found.get_subject() == event.key
        assert found.get_specversion() == "1.0"
        assert found.get_datacontenttype() == "application/json"
        assert found.get_extension("schemaversion") == str(event.schema_version)
        assert found.get_data() == event.data.model_dump(mode="json")
