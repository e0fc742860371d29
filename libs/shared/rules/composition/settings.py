"""What the composition rules hold a plan against, as it stands in the rule set's ``settings``."""

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.composition.plan import PlanScope
from libs.shared.rules.verdicts import Severity


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CatalogSettings(_Settings):
    """C-CATALOG: how severe it is to use what is not in the catalog."""

    severity: Severity


class CommunitySettings(_Settings):
    """C-COMMUNITY: the types that may not stand alone, those that may, and the severity by the plan's scope."""

    severity: dict[PlanScope, Severity]
    supplementary_types: tuple[str, ...]
    community_types: tuple[str, ...]


class GroupSettings(_Settings):
    """C-GROUP: the types taught in small groups, and how many pupils a group has, both inclusive."""

    severity: Severity
    types: tuple[str, ...]
    least_pupils: int = Field(ge=1)
    most_pupils: int = Field(ge=1)


class CompositionSettings(_Settings):
    """The settings of a rule set of the family ``composition``."""

    catalog: CatalogSettings
    community: CommunitySettings
    group: GroupSettings
