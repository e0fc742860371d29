"""A rule set: a version of one family of rules as data, with sources, choices and the time it is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from libs.shared.rules.errors import NoRuleInForce, OverlappingValidity
from libs.shared.rules.wording import Text

S = TypeVar("S", bound=BaseModel)


class Rule(BaseModel):
    """One rule's name and where it comes from; what it holds facts against is in the set's ``settings``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    title: Text
    source: str


class Choice(BaseModel):
    """A choice of ours where the source is silent or at odds with itself: the setting, its default, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    setting: str
    rule_ids: tuple[str, ...]
    default: str
    text: Text


class SourceDifference(BaseModel):
    """A place where the source says two things, what they are, and which one is followed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    rule_ids: tuple[str, ...]
    source: str
    text: Text


class RuleSet(BaseModel):
    """A version of a family of rules, in force from ``valid_from`` (inclusive) to ``valid_to`` (exclusive, after it;
    null while open-ended). Verdicts name the set and its ``version``.

    ``settings`` stays plain JSON here, so that a service can hold and pass on a family it does not judge by; the
    family's own model reads it. Unknown additional fields are ignored for the same reason: an older consumer reads
    a newer producer's set.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = Field(min_length=1)
    version: int = Field(ge=1)
    family: str = Field(min_length=1)
    valid_from: date
    valid_to: date | None = None
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    settings: dict[str, JsonValue]
    choices: tuple[Choice, ...] = ()
    differences: tuple[SourceDifference, ...] = ()

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is exclusive and must be after valid_from")
        return self

    def is_in_force(self, on: date) -> bool:
        """Whether the set applies on the date."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def require_in_force(self, on: date) -> None:
        """Raises ``NoRuleInForce`` if the set does not apply on the date."""
        if not self.is_in_force(on):
            raise NoRuleInForce(self.name, on)

    def settings_as(self, model: type[S]) -> S:
        """The settings as an instance of the family's model. Raises ``pydantic.ValidationError`` when they do not fit
        it.
        """
        return model.model_validate(self.settings)


@dataclass(frozen=True, slots=True)
class Rules(Generic[S]):
    """A rule set with its parsed settings; the functions of a family take this."""

    rule_set: RuleSet
    settings: S

    def require_in_force(self, on: date) -> None:
        """As ``RuleSet.require_in_force``."""
        self.rule_set.require_in_force(on)


def read_rules(given: RuleSet | Rules[S], model: type[S]) -> Rules[S]:
    """The set with its settings parsed by the family's model. ``Rules`` are returned unchanged, so that a caller that
    judges often parses the settings once.

    Raises ``pydantic.ValidationError`` when the settings do not fit the model.
    """
    return given if isinstance(given, Rules) else Rules(given, given.settings_as(model))


def newest_version_by_period(rule_sets: Iterable[RuleSet]) -> tuple[RuleSet, ...]:
    """The newest version for each name and first day, sorted by both.

    A version with the same first day as an earlier one replaces it completely, including its end. A version with
    another first day is a separate period.
    """
    newest: dict[tuple[str, date], RuleSet] = {}
    for each in sorted(rule_sets, key=lambda one: one.version):
        newest[each.name, each.valid_from] = each
    return tuple(newest[key] for key in sorted(newest))


def in_force(rule_sets: Iterable[RuleSet], name_or_family: str, on: date) -> RuleSet:
    """The only set with that name or family that is in force on the date.

    Raises ``NoRuleInForce`` when there is none, ``OverlappingValidity`` when there are two.
    """
    found = [each for each in rule_sets if name_or_family in (each.name, each.family) and each.is_in_force(on)]
    if not found:
        raise NoRuleInForce(name_or_family, on)
    if len(found) > 1:
        raise OverlappingValidity(_label(found[0]), _label(found[1]))
    return found[0]


def require_no_overlap(rule_sets: Iterable[RuleSet]) -> None:
    """Raises ``OverlappingValidity``, which names the first two found, if two sets of a family share a day."""
    for one, other in combinations(rule_sets, 2):
        if one.family != other.family:
            continue
        earlier, later = sorted((one, other), key=lambda each: each.valid_from)
        if earlier.is_in_force(later.valid_from):
            raise OverlappingValidity(_label(one), _label(other))


def _label(rule_set: RuleSet) -> str:
    return f"{rule_set.name} v{rule_set.version}"
