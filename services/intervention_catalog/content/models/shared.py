"""What every content file is made of: texts in two languages and the place in a source they stand on."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """One piece of content; a field that is not declared is an error, so that no text is written and never shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Words = Annotated[str, Field(max_length=5000)]


class Text(Part):
    """A text in Danish and English.

    A missing language is read as empty, so that the check can list every missing one at once.
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
    name: Text


Sources = Annotated[tuple[SourceRef, ...], Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
"""An item by its name: it stands in addresses."""
