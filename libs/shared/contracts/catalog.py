"""Events of intervention_catalog."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.contracts.state import PREFIX, Bilingual, State
from libs.shared.contracts.values import Day, Integer


class Variant(BaseModel):
    """One way to carry out an intervention type, as A1 or D2."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    variant: str = Field(pattern="^[A-E][1-3]?$", examples=["A1"])
    name: Bilingual


class TypePeriod(BaseModel):
    """A period in which a type may be begun, from ``valid_from`` until before ``valid_to``, with its variants then.

    A period that ends where it begins was withdrawn before it came into force.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    valid_from: Day
    valid_to: Day | None = None
    variants: list[str] = Field(examples=[["A1", "A2"]])


class InterventionTypePublished(State):
    """A published intervention type with its variants.

    ``valid_from`` and ``valid_to`` (exclusive) span all its ``periods``, of which there may be several with gaps
    between them; an event without ``periods`` is of one, with all its variants. ``name`` and ``variants`` are those
    of the latest period. ``withdrawn`` says that it was taken out of use early: what began before goes on.
    """

    TYPE: ClassVar[str] = PREFIX + "catalog.intervention-type.published"
    TOPIC: ClassVar[str] = "catalog.intervention-type"
    KEY: ClassVar[str] = "{intervention_type}"

    intervention_type: str = Field(pattern="^[a-z_]+$", examples=["co_teaching"])
    letter: str = Field(pattern="^[A-E]$")
    name: Bilingual
    variants: list[Variant] = Field(min_length=1)
    valid_from: Day
    valid_to: Day | None = None
    periods: list[TypePeriod] = Field(default=[])
    withdrawn: bool = False


class RuleSetPublished(State):
    """A published rule set; ``content`` is the rule set as its library writes it, whole."""

    TYPE: ClassVar[str] = PREFIX + "catalog.rule-set.published"
    TOPIC: ClassVar[str] = "catalog.rule-set"
    KEY: ClassVar[str] = "{rule_set}"

    rule_set: str = Field(examples=["dosage-2021"])
    version: Integer = Field(ge=1)
    valid_from: Day
    valid_to: Day | None = None
    content: dict[str, Any]


class ContentPublished(State):
    """Published content that nothing is judged by. Valid from ``valid_from`` until before ``valid_to``.

    ``content`` is the item as the catalog shows it, whole, in Danish and English; null when it was withdrawn and is
    no longer to be shown.
    """

    valid_from: Day
    valid_to: Day | None = None
    withdrawn: bool = False
    content: dict[str, Any] | None


class SupportLevelPublished(ContentPublished):
    """A level of the support ladder."""

    TYPE: ClassVar[str] = PREFIX + "catalog.support-level.published"
    TOPIC: ClassVar[str] = "catalog.support-level"
    KEY: ClassVar[str] = "{support_level}"

    support_level: str = Field(min_length=1, examples=["3T"])


class TrialActionPublished(ContentPublished):
    """A municipality's trial action."""

    TYPE: ClassVar[str] = PREFIX + "catalog.trial-action.published"
    TOPIC: ClassVar[str] = "catalog.trial-action"
    KEY: ClassVar[str] = "{trial_action_id}"

    trial_action_id: str = Field(min_length=1, examples=["ishoj"])


class RecommendationPublished(ContentPublished):
    """A recommendation of the inclusion review."""

    TYPE: ClassVar[str] = PREFIX + "catalog.recommendation.published"
    TOPIC: ClassVar[str] = "catalog.recommendation"
    KEY: ClassVar[str] = "{recommendation_id}"

    recommendation_id: str = Field(min_length=1, examples=["5.1.1.a.text"])
