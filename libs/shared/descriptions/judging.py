"""The judgement of a document: of its plan by the rules, and of its description by what it lacks."""

from pydantic import BaseModel, ConfigDict

from libs.shared.descriptions.budget import BudgetHeld, held
from libs.shared.descriptions.complete import gaps
from libs.shared.descriptions.document import ProjectDocument
from libs.shared.descriptions.gaps import Gap
from libs.shared.rules.plan_check import PlanJudgement


class DocumentJudgement(BaseModel):
    """What a document comes to. ``plan`` is null for a document without one.

    ``blocks_submission`` says that a gap or an error of the rules stands in the way; the budget is held against the
    grant where the grant is known, which is neither on the command line nor in the catalog.
    """

    model_config = ConfigDict(frozen=True)

    plan: PlanJudgement | None
    gaps: tuple[Gap, ...]
    budget: BudgetHeld
    blocks_submission: bool


def of_parts(document: ProjectDocument, judged: PlanJudgement | None) -> DocumentJudgement:
    """The judgement of a document whose plan has been judged; None for one without a plan."""
    found, budget = gaps(document), document.description.budget
    return DocumentJudgement(
        plan=judged,
        gaps=found,
        budget=held(None, None, None) if budget is None else held(budget.total, budget.own_financing, None),
        blocks_submission=bool(found) or judged is None or judged.blocks_submission,
    )
