"""Which changes of a model may keep its version."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, create_model

from libs.shared.contracts.schemas import breaking_changes, schema_of
from libs.shared.contracts.state import PREFIX, State


class Part(BaseModel):
    weight: int


class Base(State):
    TYPE: ClassVar[str] = PREFIX + "registration.example.changed"
    TOPIC: ClassVar[str] = "registration.example"
    KEY: ClassVar[str] = "{example_id}"


FIELDS: dict[str, Any] = {
    "example_id": (UUID, ...),
    "status": (Literal["open", "closed"], ...),
    "amount": (Annotated[int, Field(ge=0)], ...),
    "share": (Decimal, ...),
    "note": (str | None, None),
    "parts": (list[Part], ...),
}


def variant(**changes: Any) -> type[State]:
    fields = {**FIELDS, **changes}
    return create_model("Example", __base__=Base, **{name: field for name, field in fields.items() if field})


def changes(**given: Any) -> list[str]:
    return breaking_changes(schema_of(variant()), schema_of(variant(**given)))


class HeavierPart(BaseModel):
    weight: int
    colour: str | None = None


class BrokenPart(BaseModel):
    weight: str


# All are named ``Part``, because a changed model keeps its name.
PARTS_WITH_MORE: Any = list[create_model("Part", __base__=HeavierPart)]  # type: ignore[misc]  # made at run time
BROKEN_PARTS: Any = list[create_model("Part", __base__=BrokenPart)]  # type: ignore[misc]  # made at run time


def test_no_change_is_no_break() -> None:
    assert changes() == []


@pytest.mark.parametrize(
    "given",
    [
        {"added": (str | None, None)},
        {"added": (int, 0)},
        {"added": (list[Part], Field(default_factory=list))},
        {"parts": (PARTS_WITH_MORE, ...)},
        {"note": (str | None, Field(default=None, description="new words", examples=["x"]))},
    ],
    ids=["nullable", "defaulted", "list", "inside a part", "words"],
)
def test_an_optional_field_more_and_new_words_keep_the_version(given: dict[str, Any]) -> None:
    assert changes(**given) == []


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"note": None}, "/note: removed"),
        ({"added": (str, ...)}, "/added: added as required"),
        ({"note": (str | None, ...)}, "/note: became required"),
        ({"status": (Literal["open", "closed", "lost"], ...)}, "/status: enum"),
        ({"status": (Literal["open"], ...)}, "/status"),
        ({"amount": (int, ...)}, "/amount: minimum"),
        ({"amount": (Annotated[int, Field(ge=1)], ...)}, "/amount: minimum"),
        ({"amount": (str, ...)}, "/amount"),
        ({"amount": (Annotated[int, Field(ge=0)], 3)}, "/amount: no longer always there"),
        ({"example_id": (str, ...)}, "/example_id: format"),
        ({"note": (str | int | None, None)}, "/note: 2 alternatives became 3"),
        ({"parts": (BROKEN_PARTS, ...)}, "/parts/items/weight: type"),
    ],
)
def test_anything_else_needs_a_new_version(given: dict[str, Any], found: str) -> None:
    assert any(line.startswith(found) for line in changes(**given)), changes(**given)


def test_moving_an_event_to_another_topic_or_key_breaks_its_readers() -> None:
    class Moved(variant()):  # type: ignore[misc]  # a class made at run time is the point of the test
        TOPIC: ClassVar[str] = "registration.other"
        KEY: ClassVar[str] = "{status}"

    lines = breaking_changes(schema_of(variant()), schema_of(Moved))
    assert any("x-topic" in line for line in lines)
    assert any("x-key" in line for line in lines)
