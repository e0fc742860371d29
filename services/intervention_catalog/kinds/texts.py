"""Finds the texts inside content, which is plain JSON here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.intervention_catalog.content.models.shared import ContentText
from services.intervention_catalog.content.references import references_in, rendered

_LANGUAGES = ("da", "en")


@dataclass(frozen=True, slots=True)
class PlacedWords:
    """A string with its JSON pointer; ``bilingual`` if it is one language of a text."""

    pointer: str
    words: str
    bilingual: bool


def words_in(content: Any, pointer: str = "") -> Iterator[PlacedWords]:
    """Every string, in the order of the content."""
    if isinstance(content, str):
        yield PlacedWords(pointer, content, bilingual=False)
    elif _is_text(content):
        for language in _LANGUAGES:
            yield PlacedWords(f"{pointer}/{language}", content[language], bilingual=True)
    elif isinstance(content, Mapping):
        for name, value in content.items():
            yield from words_in(value, f"{pointer}/{name}")
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content):
            yield from words_in(value, f"{pointer}/{number}")


def missing_texts(content: Any) -> list[str]:
    """The pointers of the texts that lack Danish or English."""
    return [each.pointer for each in words_in(content) if each.bilingual and not each.words.strip()]


def unknown_references(content: Any, numbers: Mapping[str, Decimal]) -> list[str]:
    """The pointers of texts with a ``{reference}`` that is no number of the rules."""
    return [
        each.pointer
        for each in words_in(content)
        if each.bilingual and not all(name in numbers for name in references_in(each.words))
    ]


def with_numbers(content: Any, numbers: Mapping[str, Decimal]) -> Any:
    """The content with each reference replaced by its number. Raises ``KeyError`` for an unknown one."""
    if _is_text(content):
        return rendered(ContentText.model_validate(content), numbers).model_dump()
    if isinstance(content, Mapping):
        return {name: with_numbers(value, numbers) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [with_numbers(value, numbers) for value in content]
    return content


def _is_text(content: Any) -> bool:
    return isinstance(content, Mapping) and content.keys() == {*_LANGUAGES}
