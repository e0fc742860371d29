"""Judges a whole plan: its composition, and the planned dosage of each effort.

The command line and ``POST /v1/checks`` use this. They and the submission of a project use ``judgement.Judgement``, so
all three give the same answer to whether a plan may be submitted.
"""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.composition.settings import CompositionRules
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.judgement import Judgement, rule_ids
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.verdicts import CheckVerdict


class PlanJudgement(BaseModel):
    """All verdicts on a plan, and what they come to.

    ``composition`` is in the rules' order. ``dosage`` has one verdict per effort (stage planned, pointer
    ``/efforts/<n>``) and blocks nothing. ``blocks_submission`` is ``Judgement.blocked``. ``needs_answer`` and
    ``needs_reason`` are rule ids, each once: errors that lack a value, and violated warnings that need a reason.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    composition: tuple[CheckVerdict, ...]
    dosage: tuple[DosageVerdict, ...]
    blocks_submission: bool
    needs_reason: tuple[str, ...]
    needs_answer: tuple[str, ...]


def judge_plan(
    composition: RuleSet | CompositionRules,
    dosage: RuleSet | DosageRules,
    plan: Plan,
    catalog: Iterable[CatalogEntry],
    *,
    at_start: bool = False,
) -> PlanJudgement:
    """Judge a plan by every composition rule, and the planned dosage of each effort by its variant's minimum.

    ``catalog`` and ``at_start`` are as in ``check_plan``. A plan gives one phase per effort, so every later phase of
    the minimum is unknown, as is an amount or a length that is not given. Raises ``NoRuleInForce`` when either set
    does not apply on the plan's start date.
    """
    verdicts = check_plan(composition, plan, catalog, at_start=at_start)
    judgement = Judgement.of(verdicts)
    rules = read_rules(dosage, DosageSettings)
    return PlanJudgement(
        composition=verdicts,
        dosage=tuple(
            planned_dosage(rules, effort.variant, (effort,), start=plan.start, pointer=f"/efforts/{index}")
            for index, effort in enumerate(plan.efforts)
        ),
        blocks_submission=judgement.blocked,
        needs_reason=rule_ids(judgement.warnings),
        needs_answer=rule_ids(judgement.unanswered),
    )
