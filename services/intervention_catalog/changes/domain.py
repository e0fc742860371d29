"""A change of the catalog."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What the catalog holds."""

    INTERVENTION_TYPE = "intervention_type"
    SUPPORT_LEVEL = "support_level"
    TRIAL_ACTION = "trial_action"
    RECOMMENDATION = "recommendation"
    RULE_SET = "rule_set"


@dataclass(frozen=True, slots=True)
class Change:
    """One published record. ``withdrawn`` means that it took the item out of use.

    ``revision`` numbers the catalog's changes from 1 without gaps; a reader who has read up to one has read all before
    it.
    """

    revision: int
    kind: Kind
    item_id: str
    version: int
    withdrawn: bool
    changed_at: datetime
