"""The published rules that plans are checked against. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.checks import FAMILY as COMPOSITION
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.composition.settings import CompositionSettings
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.dosage.stages import FAMILY as DOSAGE
from libs.shared.rules.plan_check import PlanJudgement, judge_plan
from libs.shared.rules.rule_sets import Rules, RuleSet, S, in_force, newest_version_by_period, read_rules
from services.intervention_catalog.publications.domain import Publication, newest_by_period


@dataclass(frozen=True, slots=True)
class Published:
    """All rule sets and variants published up to one revision of the catalog, in force or not."""

    revision: int
    rule_sets: Sequence[RuleSet]
    entries: Sequence[CatalogEntry]
    read: dict[tuple[str, int], Rules[Any]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, revision: int, rule_sets: Iterable[RuleSet], types: Iterable[Publication]) -> "Published":
        """Built from every version of every rule set and every record of every intervention type."""
        of_families = (each for each in rule_sets if each.family in {COMPOSITION, DOSAGE})
        return cls(revision, newest_version_by_period(of_families), tuple(_entries(types)))

    def judge(self, plan: Plan, *, at_start: bool) -> PlanJudgement:
        """All verdicts, by the rule sets in force on the plan's start date. Raises ``RuleError`` if
        none is in force.
        """
        composition, dosage = (in_force(self.rule_sets, family, plan.start) for family in (COMPOSITION, DOSAGE))
        return judge_plan(
            self._read(composition, CompositionSettings),
            self._read(dosage, DosageSettings),
            plan,
            self.entries,
            at_start=at_start,
        )

    def _read(self, rule_set: RuleSet, model: type[S]) -> Rules[S]:
        """The set with its settings read, which takes as long as judging a plan: done once per set."""
        key = (rule_set.name, rule_set.version)
        if key not in self.read:
            self.read[key] = read_rules(rule_set, model)
        return self.read[key]


def _entries(types: Iterable[Publication]) -> Iterator[CatalogEntry]:
    """One entry per variant and period of its intervention type: a variant whose type has several periods occurs
    several times.
    """
    by_item: dict[str, list[Publication]] = {}
    for each in types:
        by_item.setdefault(each.item_id, []).append(each)
    for records in by_item.values():
        for record in newest_by_period(records):
            for variant in record.content["variants"]:
                yield _entry(record, variant)


def _entry(record: Publication, variant: dict[str, object]) -> CatalogEntry:
    return CatalogEntry.model_validate(
        {
            "id": variant["id"],
            "intervention_type": record.content["intervention_type"],
            "group": record.content.get("form") or variant["group"],
            "name": variant["name"],
            "group_size": variant["group_size"],
            "minimum": variant["minimum_phases"],
            "valid_from": record.valid_from,
            "valid_to": record.valid_to,
        }
    )
