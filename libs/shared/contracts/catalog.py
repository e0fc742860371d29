"""Events of intervention_catalog."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.contracts.state import PREFIX, Bilingual, State
from libs.shared.contracts.values import Day, Integer
from libs.shared.values.codes import VariantId


class Variant(BaseModel):
    """One way to carry out an intervention type, as A1 or D2."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    variant: VariantId
    name: Bilingual


class TypePeriod(BaseModel):
    """A period in which a type may be begun, from ``valid_from`` until before ``valid_to``, with its variants then.

    A period that ends where it begins was withdrawn before it came into force.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    valid_from: Day
    valid_to: Day | None = None
    variants: list[VariantId] = Field(examples=[["A1", "A2"]])


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
    """One period of a rule set, which begins at ``valid_from``; ``content`` is the rule set as its library writes it.

    A version with the same first day takes the place of the earlier one, and one with another first day is a period
    beside it. So the first day is part of the key: the last record of each key is a version that counts, and all of
    them together are all that count. One event with every period would grow with each of them towards the size limit.
    """

    TYPE: ClassVar[str] = PREFIX + "catalog.rule-set.published"
    TOPIC: ClassVar[str] = "catalog.rule-set"
    KEY: ClassVar[str] = "{rule_set}/{valid_from}"

    rule_set: str = Field(pattern="^[^/]+$", examples=["dosage-2021"])
    version: Integer = Field(ge=1)
    valid_from: Day
    valid_to: Day | None = None
    content: dict[str, Any]


class ContentPeriod(BaseModel):
    """What an item says from ``valid_from`` until before ``valid_to``; null where a withdrawal took it out of sight.

    A period that ends where it begins was withdrawn before it came into force.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    valid_from: Day
    valid_to: Day | None = None
    content: dict[str, Any] | None = Field(description="The item as the catalog shows it, in Danish and English.")


class ContentPublished(State):
    """Published content that nothing is judged by, with all its periods, the earliest first.

    ``withdrawn`` says that the latest period was taken out of use early.
    """

    periods: list[ContentPeriod] = Field(min_length=1)
    withdrawn: bool = False


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
