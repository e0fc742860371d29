"""Types shared by the content files: texts in two languages, and passages of a source."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of all parts of content. An undeclared field is an error, so that no text is written that is never shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Words = Annotated[str, Field(max_length=5000)]


class ContentText(Part):
    """A text in Danish and English.

    A missing language is read as an empty string, so that the check can list all missing ones at once.
    """

    da: Words = ""
    en: Words = ""


LineRange = Annotated[tuple[int, ...], Field(min_length=2, max_length=2)]


class SourceRef(Part):
    """A passage: the file by its number (``"003"``), its section, and the first and last line (both inclusive)."""

    file: Literal["000", "001", "002", "003", "004"]
    section: str = Field(min_length=1)
    lines: LineRange


class Stage(StrEnum):
    """Lower is grade 0–3, middle 4–6, upper 7–10."""

    LOWER = "lower"
    MIDDLE = "middle"
    UPPER = "upper"


class Theme(Part):
    """A theme that content is filed under; ``id`` is what the items name."""

    id: str
    name: ContentText


Sources = Annotated[tuple[SourceRef, ...], Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
"""The id of an item. It is part of addresses."""
