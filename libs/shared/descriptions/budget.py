"""The budget by kind, in whole kroner, and how it stands against the grant."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.descriptions.parts import Section, Words
from libs.shared.rules.wording import Text

Kroner = Annotated[int, Field(ge=0, le=10_000_000_000)]


class Budget(Section):
    """What the project costs, by kind. ``own_financing`` is the part that the municipality pays beside the grant."""

    pay: Kroner = 0
    competence_development: Kroner = 0
    materials: Kroner = 0
    facilities: Kroner = 0
    logistics: Kroner = 0
    external: Kroner = 0
    administration: Kroner = 0
    own_financing: Kroner = 0
    explanation: Words | None = None

    @property
    def total(self) -> int:
        """The sum of all kinds."""
        spent = (self.pay, self.competence_development, self.materials, self.facilities, self.logistics)
        return sum(spent) + self.external + self.administration


class BudgetOutcome(StrEnum):
    """``unknown``: no grant is known, or no budget is written."""

    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"


class BudgetHeld(BaseModel):
    """A budget held against the grant. ``remaining`` is what is left of the grant, below zero if it is exceeded.

    ``elsewhere`` is what the approved budgets of other projects use of the same grant.
    """

    model_config = ConfigDict(frozen=True)

    outcome: BudgetOutcome
    total: int | None = None
    own_financing: int | None = None
    grant: int | None = None
    elsewhere: int = 0
    remaining: int | None = None
    reason: Text


def held(total: int | None, own_financing: int | None, grant: int | None, elsewhere: int = 0) -> BudgetHeld:
    """Hold a budget, without what the municipality pays itself, against what is left of the grant."""
    known = {"total": total, "own_financing": own_financing, "grant": grant, "elsewhere": elsewhere}
    if total is None:
        return BudgetHeld(outcome=BudgetOutcome.UNKNOWN, reason=_NO_BUDGET, **known)
    if grant is None:
        return BudgetHeld(outcome=BudgetOutcome.UNKNOWN, reason=_NO_GRANT, **known)
    asked = total - (own_financing or 0)
    remaining = grant - elsewhere - asked
    over = remaining < 0
    left_da = f"Det er {-remaining} kr. for meget." if over else f"Der er {remaining} kr. tilbage."
    left_en = f"That is {-remaining} kr. too much." if over else f"{remaining} kr. are left."
    return BudgetHeld(
        outcome=BudgetOutcome.OVER if over else BudgetOutcome.WITHIN,
        remaining=remaining,
        reason=Text(
            da=f"Budgettet bruger {asked} kr. Tilskuddet er {grant} kr.; andre projekter bruger {elsewhere} kr. "
            + left_da,
            en=f"The budget uses {asked} kr. The grant is {grant} kr.; other projects use {elsewhere} kr. {left_en}",
        ),
        **known,
    )


_NO_BUDGET = Text(da="Der er intet budget endnu.", en="There is no budget yet.")
_NO_GRANT = Text(
    da="Der er intet tilskud at holde budgettet op imod: projektet hører ikke til et initiativ, eller midlerne er ikke "
    "fordelt endnu.",
    en="There is no grant to hold the budget against: the project belongs to no initiative, or its funds are not "
    "allocated yet.",
)
