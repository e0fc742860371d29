"""Topics, models and keys agree."""

import re
from string import Formatter

import pytest

from libs.shared.contracts.registry import EVENTS, MODELS, NEWEST
from libs.shared.contracts.schemas import name_of
from libs.shared.contracts.state import PREFIX, State
from libs.shared.contracts.topics import DEAD_LETTERS, SERVICES, TOPICS, dead_letter_topic, subscribed

every_model = pytest.mark.parametrize("model", MODELS, ids=name_of)

DIRECT = {"cpr_number", "cpr", "first_name", "last_name", "pupil_name", "uni_login", "local_id", "email", "address"}


def test_every_topic_has_an_event_and_every_event_a_topic() -> None:
    assert {model.TOPIC for model in MODELS} == TOPICS.keys()


def test_no_two_models_share_type_and_version() -> None:
    assert len(EVENTS) == len(MODELS)
    assert set(NEWEST) == {model.TYPE for model in MODELS}


@every_model
def test_a_type_is_its_topic_with_a_verb(model: type[State]) -> None:
    assert re.fullmatch(re.escape(PREFIX + model.TOPIC.removesuffix(".v2")) + r"\.[a-z]+", model.TYPE)


@every_model
def test_a_key_is_made_of_fields_that_are_always_there(model: type[State]) -> None:
    fields = [name for _, name, _, _ in Formatter().parse(model.KEY) if name]
    assert fields
    assert all(model.model_fields[name].is_required() for name in fields)


@every_model
def test_the_topics_key_is_the_models_in_words(model: type[State]) -> None:
    fields = [name for _, name, _, _ in Formatter().parse(model.KEY) if name]
    words = [part.removesuffix(" name").replace(" ", "_") for part in TOPICS[model.TOPIC].key.split("/")]
    assert fields == words


@every_model
def test_no_event_has_a_field_for_a_direct_identifier(model: type[State]) -> None:
    assert not DIRECT & model.model_fields.keys()


def test_producers_and_consumers_are_services_and_nobody_reads_what_it_writes() -> None:
    for topic in TOPICS.values():
        assert topic.producer in SERVICES
        assert topic.consumers <= set(SERVICES)
        assert topic.producer not in topic.consumers
        assert topic.partitions >= 1


def test_each_group_has_a_dead_letter_topic_of_its_own_that_forgets() -> None:
    for group in SERVICES:
        if subscribed(group):
            topic = DEAD_LETTERS[dead_letter_topic(group)]
            assert topic.retention_hours
            assert not topic.compacted
    assert not DEAD_LETTERS.keys() & TOPICS.keys()
