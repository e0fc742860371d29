"""Judges a whole plan: its composition, and the planned dosage of each effort.

The command line and ``POST /v1/checks`` call ``judge_plan``. The submission of a project calls the same check of
composition (``check_plan``), and shows dosage separately.
"""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.checks import blocks_submission, check_plan, needs_answer, needs_reason
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import CheckVerdict


class PlanJudgement(BaseModel):
    """All verdicts on a plan, and what they come to.

    ``composition`` is in the rules' order, ``dosage`` has one verdict per effort (stage planned, pointer
    ``/efforts/<n>``) and stops nothing. ``blocks_submission``: an error is violated or, as ``needs_answer`` tells,
    could not be judged. ``needs_answer`` and ``needs_reason`` are rule ids, each once: errors that lack a value, and
    violated warnings that need a written reason.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    composition: tuple[CheckVerdict, ...]
    dosage: tuple[DosageVerdict, ...]
    blocks_submission: bool
    needs_reason: tuple[str, ...]
    needs_answer: tuple[str, ...]


def judge_plan(
    composition: RuleSet, dosage: RuleSet, plan: Plan, catalog: Iterable[CatalogEntry], *, at_start: bool = False
) -> PlanJudgement:
    """Judge a plan by every composition rule, and what each effort plans by its variant's minimum dosage.

    ``catalog`` and ``at_start`` are as in ``check_plan``. A plan tells of one phase per effort, so a later phase is
    unknown, as is an amount or a length that is not given. Raises ``NoRuleInForce`` when either set does not apply
    on the plan's start date.
    """
    verdicts = check_plan(composition, plan, catalog, at_start=at_start)
    unanswered = _rule_ids(needs_answer(verdicts))
    return PlanJudgement(
        composition=verdicts,
        dosage=tuple(
            planned_dosage(dosage, effort.variant, (effort,), start=plan.start, pointer=f"/efforts/{place}")
            for place, effort in enumerate(plan.efforts)
        ),
        blocks_submission=blocks_submission(verdicts) or bool(unanswered),
        needs_reason=_rule_ids(needs_reason(verdicts)),
        needs_answer=unanswered,
    )


def _rule_ids(verdicts: Iterable[CheckVerdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.rule_id for each in verdicts))
