"""A project as it is sent, and as it is written in a file: its schools, its plan and its description."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import DaysInside
from libs.shared.descriptions.description import Description, declared
from libs.shared.descriptions.parts import Line
from libs.shared.privacy.free_text import FreeTexts
from libs.shared.rules.composition.plan import Plan


class ProjectDocument(BaseModel):
    """A project description. ``plan`` is what the rules judge; a draft may lack it, and most of ``description``."""

    model_config = ConfigDict(extra="forbid")

    title: Line
    school_ids: list[UUID] = Field(min_length=1, max_length=500)
    initiative_id: UUID | None = Field(default=None, description="The initiative that grants the money.")
    plan: Annotated[Plan | None, DaysInside, FreeTexts] = None
    description: Annotated[Description, DaysInside] = Description()

    @property
    def judged_plan(self) -> Plan | None:
        """The plan that the rules judge: what is described counts as declared."""
        return None if self.plan is None else declared(self.plan, self.description)
