"""Step 1 (source 000): the target group, and the possibilities of the schools."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from libs.shared.descriptions.parts import Grades, Section, Subjects, Words


class Reach(StrEnum):
    """Whether the needs ask for efforts at all schools of the municipality, or at selected ones."""

    ALL_SCHOOLS = "all_schools"
    SELECTED_SCHOOLS = "selected_schools"


class Need(StrEnum):
    """Groups of pupils with a shared need, or pupils with individual needs."""

    SHARED = "shared"
    INDIVIDUAL = "individual"


class Criterion(StrEnum):
    """By what the target group is narrowed; the first three are the guide's examples."""

    UPPER_STAGE = "upper_stage"
    """Udskolingselever, who were sent home most."""
    PLACED_OR_SUPPORTED = "placed_or_supported"
    """Pupils who are placed outside their home or have an effort under the Service Act."""
    SUBJECTS = "subjects"
    """Pupils with difficulties in certain subjects."""
    OTHER = "other"


class Source(StrEnum):
    """The data by which the target group was found: quantitative, and what teachers know (the 13 questions)."""

    ABSENCE = "absence"
    NATIONAL_TESTS = "national_tests"
    READINESS = "readiness"
    MARKS = "marks"
    QUESTIONS = "questions"


class Narrowing(Section):
    """One stated criterion by which the target group is narrowed."""

    criterion: Criterion
    stated: Words | None = Field(default=None, description="The criterion in words, and why.")
    grades: Grades = ()
    subjects: Subjects = ()


class TargetGroup(Section):
    """Whom the project is for."""

    reach: Reach | None = None
    reach_reason: Words | None = Field(default=None, description="Why these schools; needed for selected schools.")
    needs: Annotated[tuple[Need, ...], Field(max_length=2)] = ()
    shared_need: Words | None = Field(default=None, description="The groups with a shared need.")
    individual_need: Words | None = Field(default=None, description="The individual needs.")
    narrowed: bool | None = Field(default=None, description="Whether the target group is narrowed by a criterion.")
    narrowing: Annotated[tuple[Narrowing, ...], Field(max_length=20)] = ()
    sources: Annotated[tuple[Source, ...], Field(max_length=len(Source))] = ()
    pupils: int | None = Field(default=None, ge=1, le=100_000, description="Expected number of pupils.")


class TimeOfDay(StrEnum):
    """When in the day the efforts are held."""

    LESSONS = "lessons"
    BEFORE_SCHOOL = "before_school"
    AFTER_SCHOOL = "after_school"
    HOLIDAYS = "holidays"


class Possibilities(Section):
    """What the schools have to carry out the efforts, and what they lack."""

    staff: Words | None = Field(default=None, description="Resource persons who are available and suitable.")
    substitutes: Words | None = Field(default=None, description="How staff are replaced during the effort.")
    specialists: Words | None = Field(default=None, description="Specialist competences that are needed.")
    suppliers: Words | None = Field(default=None, description="External suppliers to work with.")
    training: Words | None = Field(default=None, description="Who is trained for the task, or why nobody is.")
    across_schools: Words | None = Field(default=None, description="Resources that schools share.")
    rooms: Words | None = Field(default=None, description="Where the efforts take place.")
    times: Annotated[tuple[TimeOfDay, ...], Field(max_length=len(TimeOfDay))] = ()
    times_reason: Words | None = Field(default=None, description="Why then, given the pupils' other activities.")
