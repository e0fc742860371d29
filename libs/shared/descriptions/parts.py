"""What the parts of a description have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import Grade
from libs.shared.values.subjects import SUBJECTS, Subject

Words = Annotated[str, FreeText(4000)]
"""Free text. It may be about pupils, so it is encrypted where it is stored and never leaves its service."""

Line = Annotated[str, FreeText(200)]
"""Free text in one line."""

Grades = Annotated[tuple[Grade, ...], Field(max_length=11)]
Subjects = Annotated[tuple[Subject, ...], Field(max_length=len(SUBJECTS))]


class Section(BaseModel):
    """Base of the parts. Everything may be left out, because a draft may be unfinished; an unknown field is an error,
    so that a misspelt field is not ignored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
