"""No text that a person wrote goes on the bus: each text of a contract has a fixed form, or is in this list."""

from collections.abc import Iterator
from typing import Any

from libs.shared.contracts.registry import MODELS

WORDS = {
    "MunicipalityChanged.name": "the official name, from the packaged list",
    "InterventionTypePublished.name.da": "packaged, or published by a second person",
    "InterventionTypePublished.name.en": "packaged, or published by a second person",
    "InterventionTypePublished.variants[].name.da": "packaged, or published by a second person",
    "InterventionTypePublished.variants[].name.en": "packaged, or published by a second person",
    "RuleSetPublished.rule_set": "the name of a packaged rule set",
    "RuleSetPublished.content": "packaged",
    "SupportLevelPublished.support_level": "an id of the catalog",
    "SupportLevelPublished.periods[].content": "packaged, or published by a second person",
    "TrialActionPublished.trial_action_id": "an id of the catalog",
    "TrialActionPublished.periods[].content": "packaged, or published by a second person",
    "RecommendationPublished.recommendation_id": "an id of the catalog",
    "RecommendationPublished.periods[].content": "packaged, or published by a second person",
    "PupilChanged.lookup_keys[].key_id": "the id of a key",
}
OPEN_PATTERN = "^[^/]+$"


def words(schema: dict[str, Any], definitions: dict[str, Any], where: str) -> Iterator[str]:
    """The places of texts without a fixed form, and of objects without a schema."""
    if reference := schema.get("$ref"):
        yield from words(definitions[reference.rpartition("/")[2]], definitions, where)
        return
    choices = schema.get("anyOf", ())
    if not any(each.get("type") == "number" for each in choices):  # a decimal, which may be written as a string
        for each in choices:
            yield from words(each, definitions, where)
    if schema.get("type") == "string":
        formed = {"format", "enum", "const"} & schema.keys() or schema.get("pattern", OPEN_PATTERN) != OPEN_PATTERN
        if not formed:
            yield where
    elif schema.get("type") == "array":
        yield from words(schema["items"], definitions, f"{where}[]")
    elif "properties" in schema:
        for name, each in schema["properties"].items():
            yield from words(each, definitions, f"{where}.{name}")
    elif schema.get("type") == "object":
        yield where


def found() -> set[str]:
    places: set[str] = set()
    for model in MODELS:
        schema = model.model_json_schema()
        places |= set(words(schema, schema.get("$defs", {}), model.__name__))
    return places


def test_each_text_of_a_contract_has_a_form_or_is_known_to_be_nobody_s_words() -> None:
    assert found() == WORDS.keys()


def test_a_plain_text_would_be_found() -> None:
    schema = {"properties": {"a": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}}
    assert list(words(schema, {}, "X")) == ["X.a[]"]
