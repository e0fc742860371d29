"""Judges a project by the rules in force, by what its description lacks, and by its grant."""

from collections.abc import Collection
from typing import Any

from libs.shared.descriptions.budget import BudgetHeld, BudgetOutcome
from libs.shared.descriptions.complete import gaps
from libs.shared.descriptions.document import ProjectDocument
from libs.shared.rules.composition.checks import FAMILY, check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.dosage.stages import FAMILY as DOSAGE
from libs.shared.rules.verdicts import CheckVerdict
from services.registration.copies.catalog.use_cases import received_entries, rule_set_for
from services.registration.projects.domain import require_rules_kept
from services.registration.projects.errors import BudgetOverGrant, MinimumFixed, MinimumOfUnplanned
from services.registration.projects.tables import Project
from services.registration.projects.use_cases.desk import Desk
from services.registration.projects.use_cases.grants import held_budget, require_inside


async def judge(desk: Desk, project: Project, reasons: Collection[str]) -> BudgetHeld:
    """Judge the project and store the verdicts; returns its budget held against the grant.

    ``reasons`` are the rules for whose warnings a reason is given. Raises what ``require_rules_kept`` raises,
    ``ProjectOutsideInitiative``, ``BudgetOverGrant``, and what ``catalog`` raises if rules or types have not arrived.
    """
    plan = None if project.plan is None else Plan.model_validate(project.plan)
    # Read without validation: it was validated when it was written, and the window of dates may have moved since.
    document = ProjectDocument.model_construct(
        title=project.title,
        school_ids=project.school_ids,
        initiative_id=project.initiative_id,
        plan=plan,
        description=desk.texts.description(project),
    )
    verdicts: tuple[CheckVerdict, ...] = ()
    if plan is not None:
        rule_set = await rule_set_for(desk.session, FAMILY, plan.start)
        verdicts = check_plan(rule_set, plan, await received_entries(desk.session))
    require_rules_kept(verdicts, reasons, gaps(document))
    project.verdicts = [each.model_dump(mode="json") for each in verdicts]
    await require_inside(desk.session, project)
    held = await held_budget(desk.session, project)
    if held.outcome is BudgetOutcome.OVER:
        raise BudgetOverGrant(pointer="/description/budget", held_da=held.reason.da, held_en=held.reason.en)
    return held


async def minimums_for(desk: Desk, project: Project, given: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The minimums that an approval sets; without ``given`` those of the version before, as far as they are of variants
    of the plan. Raises ``MinimumOfUnplanned`` and ``MinimumFixed``.
    """
    plan = Plan.model_validate(project.plan)
    planned = {each.variant for each in plan.efforts}
    if not given:
        return [] if given is not None else [each for each in project.minimums if each["variant"] in planned]
    rules = (await rule_set_for(desk.session, DOSAGE, plan.start)).settings_as(DosageSettings)
    for index, each in enumerate(given):
        pointer = f"/minimums/{index}/variant"
        if each["variant"] not in planned:
            raise MinimumOfUnplanned(pointer=pointer, variant=each["variant"])
        if rules.phases_of(each["variant"]):
            raise MinimumFixed(pointer=pointer, variant=each["variant"])
    return given
