"""Events of intervention_catalog."""

from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.contracts.state import PREFIX, Bilingual, State


class Variant(BaseModel):
    """One way to carry out an intervention type, as A1 or D2."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    variant: str = Field(pattern="^[A-E][1-3]?$", examples=["A1"])
    name: Bilingual


class InterventionTypePublished(State):
    """A published intervention type with its variants. Valid from ``valid_from`` until before ``valid_to``."""

    TYPE: ClassVar[str] = PREFIX + "catalog.intervention-type.published"
    TOPIC: ClassVar[str] = "catalog.intervention-type"
    KEY: ClassVar[str] = "{intervention_type}"

    intervention_type: str = Field(pattern="^[a-z_]+$", examples=["co_teaching"])
    letter: str = Field(pattern="^[A-E]$")
    name: Bilingual
    variants: list[Variant] = Field(min_length=1)
    valid_from: date
    valid_to: date | None = None


class RuleSetPublished(State):
    """A published rule set; ``content`` is the rule set as its library writes it, whole."""

    TYPE: ClassVar[str] = PREFIX + "catalog.rule-set.published"
    TOPIC: ClassVar[str] = "catalog.rule-set"
    KEY: ClassVar[str] = "{rule_set}"

    rule_set: str = Field(examples=["dosage-2021"])
    version: int = Field(ge=1)
    valid_from: date
    valid_to: date | None = None
    content: dict[str, Any]
