"""Step 3 (source 000): responsibility, communication, staff and the implementation plan."""

from datetime import date
from typing import Annotated

from pydantic import Field

from libs.shared.descriptions.parts import Line, Section, Words


class WorkingGroup(Section):
    """Whether a working group is set up, across schools or within them; the guide leaves it to the municipality."""

    set_up: bool | None = None
    across_schools: bool | None = None
    members: Words | None = Field(default=None, description="Roles, not names of pupils.")


class Staff(Section):
    """What staff and leaders bring along for the efforts."""

    competence: Words | None = Field(default=None, description="Competence and experience with similar efforts.")
    knowledge_of_pupils: Words | None = Field(default=None, description="Knowledge of the pupils, or relation to them.")
    motivation: Words | None = Field(default=None, description="Interest and motivation.")


class Milestone(Section):
    """One step of the implementation plan."""

    what: Line
    responsible: Line | None = Field(default=None, description="A role, such as the reading counsellor.")
    first_day: date | None = None
    last_day: date | None = None


class Organising(Section):
    """How the efforts are communicated, organised and anchored."""

    daily_responsibility: Words | None = Field(default=None, description="At the school and outside it.")
    counsellors: Words | None = Field(default=None, description="The role of counsellors and resource persons.")
    school_board: Words | None = Field(default=None, description="The role of the school board, or why it has none.")
    working_group: WorkingGroup | None = None
    told_to_participants: Words | None = Field(
        default=None, description="How the initiative and its target group are spoken of to participating pupils."
    )
    told_to_others: Words | None = Field(default=None, description="The same to the other pupils.")
    staff: Staff | None = None
    anchoring: Words | None = Field(default=None, description="How the efforts last at each school.")
    communication: Words | None = Field(default=None, description="How decisions are told and explained to staff.")
    parents: Words | None = Field(default=None, description="How parents are informed and involved.")
    implementation: Annotated[tuple[Milestone, ...], Field(max_length=100)] = ()
