"""The states of a project and the conditions for them. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from libs.shared.base.errors import Problem
from libs.shared.descriptions.gaps import Gap
from libs.shared.rules.composition.plan import Plan, PlanScope
from libs.shared.rules.judgement import Judgement, rule_ids
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.values.codes import is_variant_id
from services.registration.projects.errors import (
    AnswersMissing,
    ProjectIncomplete,
    ProjectScope,
    ReasonMissing,
    RulesViolated,
)


class ProjectStatus(StrEnum):
    """Where the version that is worked on stands. A submitted or returned one that is changed is a draft again.

    An amended project is a draft of its next version; the approved version stays in force until that is approved.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED = "closed"


class Step(StrEnum):
    """What happened to a project."""

    CREATED = "created"
    CHANGED = "changed"
    SUBMITTED = "submitted"
    RESUBMITTED = "resubmitted"
    RETURNED = "returned"
    APPROVED = "approved"
    GRANT_RELEASED = "grant_released"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class InForce:
    """What counts of a project: the approved version in force, or the draft while none is approved.

    ``status`` is ``approved`` while an approved version is in force, also while the next one is written. ``minimums``
    are the phases that its approval set as the minimum of a variant for which the rules have none.
    """

    project_id: UUID
    municipality_code: str
    school_ids: list[UUID]
    plan: dict[str, Any] | None
    status: str
    version: int
    initiative_id: UUID | None
    minimums: list[dict[str, Any]]


def require_project_plan(plan: Plan | None) -> None:
    """Check that the plan, if there is one yet, is a project's.

    Raises ``ProjectScope``: a plan for a pupil would turn errors of the rules into warnings (C-COMMUNITY).
    """
    if plan is not None and plan.scope is not PlanScope.PROJECT:
        raise ProjectScope(pointer="/plan/scope")


def require_rules_kept(verdicts: Sequence[CheckVerdict], reasons: Collection[str], gaps: Sequence[Gap] = ()) -> None:
    """Check that no error is violated or unanswered, that nothing is missing, and that each warning has a reason.

    ``reasons`` are the rules for which a reason is given. Raises ``RulesViolated``, ``AnswersMissing``,
    ``ProjectIncomplete`` and ``ReasonMissing``, each with every verdict and everything that is missing.
    """
    judgement = Judgement.of(verdicts)
    unreasoned = [each for each in judgement.warnings if each.rule_id not in reasons]
    if judgement.violated:
        raise refused(RulesViolated, verdicts, judgement.violated, gaps=gaps)
    if judgement.unanswered:
        raise refused(AnswersMissing, verdicts, judgement.unanswered, gaps=gaps)
    if gaps:
        raise refused(ProjectIncomplete, verdicts, (), gaps=gaps, pointer=gaps[0].pointer, missing=len(gaps))
    if unreasoned:
        raise refused(ReasonMissing, verdicts, unreasoned, pointer="/reasons")


def refused(
    refusal: type[Problem],
    verdicts: Iterable[CheckVerdict],
    why: Iterable[CheckVerdict],
    *,
    gaps: Sequence[Gap] = (),
    pointer: str | None = None,
    **more: object,
) -> Problem:
    """A refusal that names the rules in ``why`` and carries all verdicts and everything that is missing."""
    extra: dict[str, Any] = {"verdicts": [each.model_dump(mode="json") for each in verdicts]}
    if gaps:
        extra["missing"] = [each.model_dump(mode="json") for each in gaps]
    return refusal(pointer=pointer, rules=", ".join(rule_ids(why)), extra=extra, **more)


def variants_of(plan: Plan) -> list[str]:
    """The variants the plan names, each once, in its order.

    Text that does not have the form of a variant is left out, because a draft may hold any text and is also published.
    """
    return [each for each in dict.fromkeys(each.variant for each in plan.efforts) if is_variant_id(each)]


def stored(plan: Plan | None) -> dict[str, Any] | None:
    """The plan in the form in which it is stored."""
    return None if plan is None else plan.model_dump(mode="json")
