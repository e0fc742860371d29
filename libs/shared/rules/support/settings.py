"""The levels, numbers and labels of the support ladder: the rule set's ``settings``."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.rule_sets import Rules
from libs.shared.rules.verdicts import Severity
from libs.shared.rules.wording import Text


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SupportLevel(_Settings):
    """One step of the ladder. ``rank`` orders them; ``referral`` says that it is granted by a referral.

    A ``temporary`` level is there only where the municipality has switched it on, and it has an end date.
    """

    id: str
    rank: Decimal = Field(ge=0)
    name: Text
    referral: bool = False
    temporary: bool = False
    granted_by: str | None = None

    def has_needed_last_day(self, last_day: date | None) -> bool:
        """Whether the level has the last day that it needs; only a temporary level needs one."""
        return not self.temporary or last_day is not None


class SupportSettings(_Settings):
    """The settings of a rule set of the family ``support``; ``labels`` names each requirement by its key.

    ``severity`` is by rule id. A referral to one of ``tried_for_levels`` lists an evaluated effort at each of
    ``tried_levels``, or an urgency reason by one of ``urgency_roles``. A plan at ``contact_from_rank`` or above has a
    contact person and a follow-up within ``follow_up_weeks``. A bridging plan lasts ``bridge_weeks_least`` to
    ``bridge_weeks_most`` weeks, inclusive. One case may take up to ``share_above_percent`` of the team's hours.
    """

    levels: tuple[SupportLevel, ...]
    severity: dict[str, Severity]
    labels: dict[str, Text]
    tried_for_levels: tuple[str, ...]
    tried_levels: tuple[str, ...]
    urgency_roles: tuple[str, ...]
    contact_from_rank: Decimal = Field(ge=0)
    follow_up_weeks: int = Field(ge=1)
    bridge_weeks_least: int = Field(ge=1)
    bridge_weeks_most: int = Field(ge=1)
    share_above_percent: Decimal = Field(ge=0, le=100)

    def level(self, name: str) -> SupportLevel:
        """The level of that name. Raises ``ValueError`` when the ladder has none."""
        for each in self.levels:
            if each.id == name:
                return each
        raise ValueError(f"the ladder has no level {name}; it has {', '.join(each.id for each in self.levels)}")

    def label(self, key: str) -> Text:
        """The requirement's name for people, with the set's numbers filled in."""
        numbers = {
            "weeks": self.follow_up_weeks,
            "least": self.bridge_weeks_least,
            "most": self.bridge_weeks_most,
        }
        text = self.labels[key]
        return Text(da=text.da.format(**numbers), en=text.en.format(**numbers))


SupportRules = Rules[SupportSettings]
"""A set of this family with its settings read."""
