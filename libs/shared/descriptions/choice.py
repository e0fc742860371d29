"""Step 2 (source 000): the chosen efforts, with subjects, grades and planned courses per school."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from libs.shared.descriptions.parts import Grades, Section, Subjects, Words
from libs.shared.values.codes import VariantId


class Heard(StrEnum):
    """Whose input the priorities rest on."""

    LEADERSHIP = "leadership"
    TEACHERS = "teachers"
    RESOURCE_PERSONS = "resource_persons"


class PlannedCourses(Section):
    """How many courses of a variant a school plans, in which subjects and grades, and for how many pupils in all."""

    school_id: UUID
    variant: VariantId
    subjects: Subjects = ()
    grades: Grades = ()
    courses: int = Field(ge=1, le=500)
    pupils: int | None = Field(default=None, ge=1, le=10_000)


class Choice(Section):
    """The chosen efforts. ``courses`` has one entry per school, variant and, if they differ, subject or grade."""

    reason: Words | None = Field(default=None, description="Why these efforts, given the needs and possibilities.")
    heard: Annotated[tuple[Heard, ...], Field(max_length=len(Heard))] = ()
    courses: Annotated[tuple[PlannedCourses, ...], Field(max_length=2000)] = ()
    differences: Words | None = Field(default=None, description="How schools differ, or why they do not.")
    division: Words | None = Field(default=None, description="How grant and local resources are divided by effort.")
