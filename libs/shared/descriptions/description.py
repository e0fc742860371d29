"""The description as a whole, and what a filled-in part of it declares for the rules."""

from libs.shared.descriptions.budget import Budget
from libs.shared.descriptions.choice import Choice
from libs.shared.descriptions.organisation import Organising
from libs.shared.descriptions.parts import Section
from libs.shared.descriptions.target_group import Possibilities, TargetGroup
from libs.shared.rules.composition.plan import Plan


class Description(Section):
    """The guide's three steps and the budget (source 000, chapter 2)."""

    target_group: TargetGroup = TargetGroup()
    possibilities: Possibilities = Possibilities()
    choice: Choice = Choice()
    organisation: Organising = Organising()
    budget: Budget | None = None


def declared(plan: Plan, description: Description) -> Plan:
    """The plan, with what the description describes declared where the plan itself leaves it out.

    The rules judge declared fields alone. To describe something is to declare it; what the plan denies stays denied.
    """
    step1, step3 = description.possibilities, description.organisation
    described = {
        "anchoring": step3.anchoring,
        "communication": step3.communication,
        "daily_responsibility": step3.daily_responsibility,
        "substitutes": step1.substitutes,
        "rooms": step1.rooms,
        "staff_and_parents_informed": step3.communication and step3.parents,
    }
    found = {name: True for name, words in described.items() if words and getattr(plan, name) is None}
    return plan.model_copy(update=found) if found else plan
