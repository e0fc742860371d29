"""Finds the fields of a document that contradict each other."""

from libs.shared.descriptions.document import ProjectDocument
from libs.shared.descriptions.gaps import Gaps, contradicting
from libs.shared.rules.wording import Text

_COURSES = "/description/choice/courses"


def contradictions(document: ProjectDocument) -> Gaps:
    """The contradictions of the document, in its order."""
    yield from _target_group(document)
    yield from _planned(document)
    yield from _left_out(document)
    yield from _milestones(document)
    budget = document.description.budget
    if budget is not None and budget.own_financing > budget.total:
        yield contradicting(
            "/description/budget/own_financing",
            "own_financing",
            Text(
                da=f"Kommunen betaler {budget.own_financing} kr. selv, men budgettet er {budget.total} kr.",
                en=f"The municipality pays {budget.own_financing} kr., but the budget is {budget.total} kr.",
            ),
            Text(da="Ret det ene af tallene.", en="Correct one of the numbers."),
        )


def _target_group(document: ProjectDocument) -> Gaps:
    group = document.description.target_group
    if group.narrowed is False and group.narrowing:
        yield contradicting(
            "/description/target_group/narrowed",
            "narrowed",
            Text(
                da="Målgruppen er angivet som ikke afgrænset, men der er kriterier.",
                en="The target group is declared as not narrowed, but criteria are given.",
            ),
            Text(da="Sæt narrowed til true, eller fjern narrowing.", en="Set narrowed to true, or remove narrowing."),
        )


def _planned(document: ProjectDocument) -> Gaps:
    plan = document.plan
    of_variant: dict[str, set[int] | None] = {}
    for effort in plan.efforts if plan is not None else ():
        known = of_variant.setdefault(effort.variant, set())
        # An effort without grades is for every grade.
        of_variant[effort.variant] = None if known is None or effort.grades is None else known | {*effort.grades}
    for index, each in enumerate(document.description.choice.courses):
        if each.school_id not in document.school_ids:
            yield contradicting(
                f"{_COURSES}/{index}/school_id",
                "school_outside",
                Text(da="Skolen er ikke en af projektets.", en="The school is not one of the project's."),
                Text(da="Tilføj skolen i school_ids, eller ret forløbet.", en="Add it to school_ids, or correct it."),
            )
        if plan is None:
            continue
        if each.variant not in of_variant:
            yield contradicting(
                f"{_COURSES}/{index}/variant",
                "variant_outside",
                Text(da=f"{each.variant} er ikke i planen.", en=f"{each.variant} is not in the plan."),
                Text(da="Tilføj indsatsen i planen, eller ret forløbet.", en="Add it to the plan, or correct it."),
            )
            continue
        grades = of_variant[each.variant]
        if outside := sorted({*each.grades} - grades) if grades is not None else []:
            named = ", ".join(map(str, outside))
            yield contradicting(
                f"{_COURSES}/{index}/grades",
                "grade_outside",
                Text(
                    da=f"Klassetrin {named} er ikke blandt planens for {each.variant}.",
                    en=f"Grade {named} is not among the plan's for {each.variant}.",
                ),
                Text(da="Ret klassetrinnene det ene af stederne.", en="Correct the grades in one of the places."),
            )


def _left_out(document: ProjectDocument) -> Gaps:
    """Schools and efforts without a planned course; nothing while no course is planned at all."""
    courses = document.description.choice.courses
    if not courses:
        return
    planned = {each.school_id for each in courses}
    for index, school_id in enumerate(document.school_ids):
        if school_id not in planned:
            yield contradicting(
                f"/school_ids/{index}",
                "school_without_course",
                Text(da="Skolen har intet planlagt forløb.", en="The school has no planned course."),
                Text(da="Planlæg et forløb for skolen, eller fjern den.", en="Plan a course for it, or remove it."),
            )
    variants = {each.variant for each in courses}
    for index, effort in enumerate(document.plan.efforts if document.plan is not None else ()):
        if effort.variant not in variants:
            yield contradicting(
                f"/plan/efforts/{index}",
                "effort_without_course",
                Text(
                    da=f"Ingen skole har et planlagt forløb med {effort.variant}.",
                    en=f"No school has a planned course of {effort.variant}.",
                ),
                Text(da="Planlæg et forløb, eller fjern indsatsen.", en="Plan a course of it, or remove the effort."),
            )


def _milestones(document: ProjectDocument) -> Gaps:
    for index, each in enumerate(document.description.organisation.implementation):
        if each.first_day is not None and each.last_day is not None and each.last_day < each.first_day:
            yield contradicting(
                f"/description/organisation/implementation/{index}/last_day",
                "ends_before_start",
                Text(da="Trinnet slutter, før det begynder.", en="The step ends before it begins."),
                Text(da="Ret en af datoerne.", en="Correct one of the dates."),
            )
