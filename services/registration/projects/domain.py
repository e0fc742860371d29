"""The states of a project and the conditions for them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from libs.shared.base.errors import Problem
from libs.shared.rules.composition.plan import Plan, PlanScope
from libs.shared.rules.judgement import Judgement, rule_ids
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.values.codes import is_variant_id
from services.registration.projects.errors import (
    AnswersMissing,
    ProjectEndMissing,
    ProjectScope,
    ReasonMissing,
    RulesViolated,
)


class ProjectStatus(StrEnum):
    """Draft until it is submitted; a submitted project that is changed is a draft again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


def require_project_plan(plan: Plan) -> None:
    """Check that the plan is a project's and has an end.

    Raises ``ProjectScope`` and ``ProjectEndMissing``. A plan for a pupil would turn errors of the rules into warnings
    (C-COMMUNITY).
    """
    if plan.scope is not PlanScope.PROJECT:
        raise ProjectScope(pointer="/plan/scope")
    if plan.last_day is None:
        raise ProjectEndMissing(pointer="/plan/last_day")


def require_rules_kept(verdicts: Sequence[CheckVerdict], reason: str | None) -> None:
    """Check that no error is violated or unanswered, and that warnings have a reason.

    Raises ``RulesViolated``, ``AnswersMissing`` and ``ReasonMissing``, each with every verdict.
    """
    judgement = Judgement.of(verdicts)
    if judgement.may_be_submitted(reason):
        return
    if judgement.violated:
        raise refused(RulesViolated, verdicts, judgement.violated)
    if judgement.unanswered:
        raise refused(AnswersMissing, verdicts, judgement.unanswered)
    raise refused(ReasonMissing, verdicts, judgement.warnings)


def refused(
    refusal: type[Problem],
    verdicts: Iterable[CheckVerdict],
    why: Iterable[CheckVerdict],
    *,
    pointer: str | None = None,
) -> Problem:
    """A refusal that names the rules in ``why`` and carries all verdicts."""
    return refusal(
        pointer=pointer,
        rules=", ".join(rule_ids(why)),
        extra={"verdicts": [each.model_dump(mode="json") for each in verdicts]},
    )


def last_day_of(plan: Plan) -> date:
    """The plan's last day. Raises ``ProjectEndMissing``."""
    if plan.last_day is None:
        raise ProjectEndMissing(pointer="/plan/last_day")
    return plan.last_day


def variants_of(plan: Plan) -> list[str]:
    """The variants the plan names, each once, in its order.

    Text that does not have the form of a variant is left out, because a draft may hold any text and is also published.
    """
    return [each for each in dict.fromkeys(each.variant for each in plan.efforts) if is_variant_id(each)]


def stored(plan: Plan) -> dict[str, Any]:
    """The plan in the form in which it is stored."""
    return plan.model_dump(mode="json")
