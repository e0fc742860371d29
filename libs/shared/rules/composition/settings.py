"""The numbers and names by which the composition rules judge a plan: the rule set's ``settings``.

A rule whose settings are absent is not part of the set and is not judged. So an earlier version of the set still gives
the same verdicts.
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from libs.shared.rules.composition.plan import Organisation, Plan, PlannedEffort, PlanScope
from libs.shared.rules.rule_sets import Rules
from libs.shared.rules.verdicts import Severity
from libs.shared.rules.wording import Text
from libs.shared.values.codes import Grade


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CatalogSettings(_Settings):
    """C-CATALOG: how severe it is to use what is not in the catalog."""

    severity: Severity


class CommunitySettings(_Settings):
    """C-COMMUNITY: the intervention types that may not stand alone, those one of which has to stand beside them, and
    the severity by the plan's scope.
    """

    severity: dict[PlanScope, Severity]
    supplementary_types: tuple[str, ...]
    community_types: tuple[str, ...]


class GroupSettings(_Settings):
    """C-GROUP: the intervention types taught in small groups, and how many pupils a group has, both inclusive."""

    severity: Severity
    types: tuple[str, ...]
    least_pupils: int = Field(ge=1)
    most_pupils: int = Field(ge=1)


class DeclaredField(_Settings):
    """A yes or no of the plan, the answer the rule asks for, and what that answer says."""

    field: str
    expected: bool = True
    label: Text


def _yes_or_no(model: type[BaseModel]) -> list[JsonValue]:
    return [name for name, field in model.model_fields.items() if field.annotation == bool | None]


_YES_OR_NO = {"plan": _yes_or_no(Plan), "effort": _yes_or_no(PlannedEffort)}
_FIELDS_OF: list[JsonValue] = [
    {
        "if": {"properties": {"of": {"const": of}}},
        "then": {"properties": {"fields": {"items": {"properties": {"field": {"enum": names}}}}}},
    }
    for of, names in _YES_OR_NO.items()
]
"""What the validator of a declared rule asks for, for its JSON Schema."""


class DeclaredRule(_Settings):
    """A rule that asks for declared fields of the plan, or of each effort of ``types`` (null: of every type).

    ``combine`` says whether all fields are asked for or one of them is enough. ``severity_at_start`` takes the place
    of ``severity`` when the plan is judged on the day it starts.
    """

    model_config = ConfigDict(json_schema_extra={"allOf": _FIELDS_OF})

    rule_id: str
    of: Literal["plan", "effort"]
    types: tuple[str, ...] | None = None
    severity: Severity
    severity_at_start: Severity | None = None
    combine: Literal["all", "any"] = "all"
    fields: tuple[DeclaredField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fields_are_the_models(self) -> Self:
        for each in self.fields:
            if each.field not in _YES_OR_NO[self.of]:
                raise ValueError(f"{each.field} is no yes or no of the {self.of}")
        return self


class OrganisationSettings(_Settings):
    """C-ORGANISATION: the types that are organised in one of the named ways."""

    severity: Severity
    types: tuple[str, ...]
    ways: dict[Organisation, Text]


class TriedGrades(_Settings):
    """C-GRADE for one type: the grades it was developed for or tried in, and how that is said."""

    type: str
    grades: tuple[Grade, ...] = Field(min_length=1)
    label: Text


class GradeSettings(_Settings):
    """C-GRADE: the types with grades of their own."""

    severity: Severity
    tried: tuple[TriedGrades, ...]


class ExternalSettings(_Settings):
    """C-EXTERNAL: how severe it is that external suppliers are not named."""

    severity: Severity


class CompositionSettings(_Settings):
    """The settings of a rule set of the family ``composition``, by rule. What is null or not there is not judged.

    Types are the catalog's intervention types, such as ``co_teaching``; a plan names variants of them.
    """

    catalog: CatalogSettings
    community: CommunitySettings
    group: GroupSettings
    declared: tuple[DeclaredRule, ...] = ()
    organisation: OrganisationSettings | None = None
    grade: GradeSettings | None = None
    external: ExternalSettings | None = None


CompositionRules = Rules[CompositionSettings]
"""A set of this family with its settings read."""
