"""Finds every text of the content and its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.models.shared import ContentText, SourceRef


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and its place, such as ``trial_actions[ishoj].experienced.pupils``."""

    place: str
    text: ContentText


def texts_of(content: Content) -> Iterator[PlacedText]:
    """Every bilingual text, file by file, in the order of the files."""
    for place, found in _walk(content):
        if isinstance(found, ContentText):
            yield PlacedText(place, found)


def source_refs_of(content: Content) -> Iterator[tuple[str, SourceRef]]:
    """Every reference to a source, with its place."""
    for place, found in _walk(content):
        if isinstance(found, SourceRef):
            yield place, found


def _walk(content: Content) -> Iterator[tuple[str, BaseModel]]:
    for file in (content.types, content.levels, content.trial_actions, content.recommendations):
        yield from _inside("", file)


def _inside(place: str, value: object) -> Iterator[tuple[str, BaseModel]]:
    """The value and every value inside it; an element of a list is named by its id or letter, else by
    its index from 0.
    """
    if isinstance(value, BaseModel):
        yield place, value
        for field in type(value).model_fields:
            yield from _inside(f"{place}.{field}" if place else field, getattr(value, field))
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            name = getattr(each, "id", None) or getattr(each, "letter", None) or number
            yield from _inside(f"{place}[{name}]", each)
