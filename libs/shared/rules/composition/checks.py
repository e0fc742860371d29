"""All composition rules on one plan; C-CATALOG, C-COMMUNITY and C-GROUP are here."""

from collections.abc import Iterable, Sequence

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.conditions import check_external, check_grade, check_organisation
from libs.shared.rules.composition.declared import check_declared
from libs.shared.rules.composition.efforts import type_of
from libs.shared.rules.composition.plan import Plan, PlannedEffort
from libs.shared.rules.composition.settings import CompositionSettings
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Coverage, Measure, Severity
from libs.shared.rules.wording import Text

FAMILY = "composition"
CATALOG = "C-CATALOG"
COMMUNITY = "C-COMMUNITY"
GROUP = "C-GROUP"


def check_plan(
    rule_set: RuleSet, plan: Plan, catalog: Iterable[CatalogEntry], *, at_start: bool = False
) -> tuple[CheckVerdict, ...]:
    """Judge a plan by every composition rule.

    ``catalog`` holds the variants the caller knows, valid or not; several entries of one variant are periods of it.
    A rule about single efforts gives a verdict per effort, with its JSON pointer. ``at_start`` judges as on the day
    the plan starts, when the parents of pupils with book packages must have been informed (C-PARENTS). Raises
    ``NoRuleInForce`` when the set does not apply on the plan's start date.
    """
    rule_set.require_in_force(plan.start)
    named = {effort.variant for effort in plan.efforts}
    entries = tuple(each for each in catalog if each.id in named)
    return (
        *check_catalog(rule_set, plan, entries),
        check_community(rule_set, plan, entries),
        *check_group(rule_set, plan, entries),
        *check_organisation(rule_set, plan, entries),
        *check_declared(rule_set, plan, entries, at_start=at_start),
        *check_grade(rule_set, plan, entries),
        *check_external(rule_set, plan),
    )


def check_start(rule_set: RuleSet, plan: Plan, place: int, catalog: Iterable[CatalogEntry]) -> tuple[CheckVerdict, ...]:
    """Judge one effort of a plan, the one at ``place``, as on the day it starts: the plan's start.

    The plan as a whole and its other efforts are left out, as they were judged before the plan was approved. Raises
    as ``check_plan``.
    """
    at = f"/efforts/{place}"
    return tuple(
        each
        for each in check_plan(rule_set, plan, catalog, at_start=True)
        if each.pointer == at or each.pointer.startswith(f"{at}/")
    )


def check_catalog(rule_set: RuleSet, plan: Plan, catalog: Sequence[CatalogEntry]) -> tuple[CheckVerdict, ...]:
    """C-CATALOG (R, source 000, chapter 1): each effort is a variant that is valid on the start date."""
    severity = rule_set.settings_as(CompositionSettings).catalog.severity
    verdicts = []
    for index, effort in enumerate(plan.efforts):
        periods = [each for each in catalog if each.id == effort.variant]
        valid = any(each.is_valid(plan.start) for each in periods)
        verdicts.append(
            CheckVerdict(
                rule_id=CATALOG,
                rule_set=rule_set.name,
                version=rule_set.version,
                outcome=CheckOutcome.SATISFIED if valid else CheckOutcome.VIOLATED,
                severity=severity,
                pointer=f"/efforts/{index}/variant",
                value=Measure(code=effort.variant, unit="variant"),
                reason=_catalog_reason(plan, effort, known=bool(periods), valid=valid),
            )
        )
    return tuple(verdicts)


def check_community(rule_set: RuleSet, plan: Plan, catalog: Sequence[CatalogEntry]) -> CheckVerdict:
    """C-COMMUNITY (R, source 000, step 2): book packages have at least one of the types A–D beside them.

    An error for a project and a warning for a pupil. Not applicable without book packages. Unknown when the only
    efforts beside them are not in the catalog, so that their type is not known.
    """
    settings = rule_set.settings_as(CompositionSettings).community
    types = [type_of(effort, catalog) for effort in plan.efforts]
    supplementary = sum(each in settings.supplementary_types for each in types)
    beside = sum(each in settings.community_types for each in types)
    untyped = types.count(None)
    outcome = _community_outcome(supplementary, beside, untyped)
    return CheckVerdict(
        rule_id=COMMUNITY,
        rule_set=rule_set.name,
        version=rule_set.version,
        outcome=outcome,
        severity=settings.severity[plan.scope],
        pointer="/efforts",
        value=Measure(amount=beside, unit="efforts"),
        threshold=Measure(amount=1, unit="efforts"),
        coverage=Coverage(have=len(types) - untyped, expected=len(types), unit="efforts"),
        reason=_community_reason(outcome, supplementary, beside, untyped),
    )


def check_group(rule_set: RuleSet, plan: Plan, catalog: Sequence[CatalogEntry]) -> tuple[CheckVerdict, ...]:
    """C-GROUP (R, source 000, chapter 4, C): small groups have 2–4 pupils. Unknown when no size is declared.

    One verdict per effort in small groups; a single one, not applicable, when there is none.
    """
    settings = rule_set.settings_as(CompositionSettings).group
    least, most = settings.least_pupils, settings.most_pupils
    judged = [
        (f"/efforts/{index}/group_size", *_group_outcome(effort, least, most))
        for index, effort in enumerate(plan.efforts)
        if type_of(effort, catalog) in settings.types
    ] or [("/efforts", CheckOutcome.NOT_APPLICABLE, None, _NO_SMALL_GROUPS)]
    return tuple(
        CheckVerdict(
            rule_id=GROUP,
            rule_set=rule_set.name,
            version=rule_set.version,
            outcome=outcome,
            severity=settings.severity,
            pointer=pointer,
            value=Measure(amount=size, unit="pupils") if size is not None else None,
            threshold=Measure(code=f"{least}-{most}", unit="pupils"),
            reason=reason,
        )
        for pointer, outcome, size, reason in judged
    )


def blocks_submission(verdicts: Iterable[CheckVerdict]) -> bool:
    """Whether the plan may not be submitted: an error is violated. Unknown is never a no, see ``needs_answer``."""
    return bool(violated(verdicts))


def violated(verdicts: Iterable[CheckVerdict]) -> tuple[CheckVerdict, ...]:
    """The violated errors: what has to be put right before submission."""
    return tuple(each for each in verdicts if each.outcome is CheckOutcome.VIOLATED and each.severity is Severity.ERROR)


def needs_reason(verdicts: Iterable[CheckVerdict]) -> tuple[CheckVerdict, ...]:
    """The violated warnings: each needs a written reason before submission."""
    return tuple(
        each for each in verdicts if each.outcome is CheckOutcome.VIOLATED and each.severity is Severity.WARNING
    )


def needs_answer(verdicts: Iterable[CheckVerdict]) -> tuple[CheckVerdict, ...]:
    """The errors that could not be judged because a value is missing: what an approver must have answered."""
    return tuple(each for each in verdicts if each.outcome is CheckOutcome.UNKNOWN and each.severity is Severity.ERROR)


_NO_SMALL_GROUPS = Text(
    da="Planen angiver 0 indsatser i små grupper.", en="The plan declares 0 efforts in small groups."
)


def _catalog_reason(plan: Plan, effort: PlannedEffort, *, known: bool, valid: bool) -> Text:
    start_da, start_en = f"{plan.start:%d-%m-%Y}", plan.start.isoformat()
    if valid:
        return Text(
            da=f"{effort.variant} er i kataloget og gælder på startdatoen {start_da}.",
            en=f"{effort.variant} is in the catalog and valid on the start date {start_en}.",
        )
    if known:
        return Text(
            da=f"{effort.variant} er i kataloget, men gælder ikke på startdatoen {start_da}; vælg en anden indsats.",
            en=f"{effort.variant} is in the catalog but not valid on the start date {start_en}; "
            "choose another intervention.",
        )
    return Text(
        da=f"{effort.variant} er ikke i kataloget; vælg en indsats fra det.",
        en=f"{effort.variant} is not in the catalog; choose an intervention from it.",
    )


def _community_outcome(supplementary: int, beside: int, untyped: int) -> CheckOutcome:
    if supplementary and beside:
        return CheckOutcome.SATISFIED
    if untyped and not beside:
        return CheckOutcome.UNKNOWN
    return CheckOutcome.VIOLATED if supplementary else CheckOutcome.NOT_APPLICABLE


def _community_reason(outcome: CheckOutcome, supplementary: int, beside: int, untyped: int) -> Text:
    if outcome is CheckOutcome.UNKNOWN:
        return Text(
            da=f"Planen angiver {untyped} indsatser, der ikke er i kataloget, så det er ukendt, "
            "om bogpakker står alene.",
            en=f"The plan declares {untyped} efforts that are not in the catalog, so it is unknown "
            "whether book packages stand alone.",
        )
    if outcome is CheckOutcome.NOT_APPLICABLE:
        return Text(da="Planen angiver 0 bogpakker.", en="The plan declares 0 book packages.")
    counts_da = f"Planen angiver {supplementary} indsatser med bogpakker og {beside} fællesskabsorienterede (A–D)"
    counts_en = f"The plan declares {supplementary} efforts with book packages and {beside} of the types A–D"
    if outcome is CheckOutcome.SATISFIED:
        return Text(da=f"{counts_da}.", en=f"{counts_en}.")
    return Text(
        da=f"{counts_da}; bogpakker må ikke stå alene, så læg mindst 1 indsats af typerne A–D ved siden af.",
        en=f"{counts_en}; book packages may not stand alone, so add at least 1 effort of the types A–D beside them.",
    )


def _group_outcome(effort: PlannedEffort, least: int, most: int) -> tuple[CheckOutcome, int | None, Text]:
    size = effort.group_size
    if size is None:
        return (
            CheckOutcome.UNKNOWN,
            None,
            Text(
                da=f"Gruppens størrelse er ikke angivet; små grupper har {least}–{most} elever.",
                en=f"The size of the group is not declared; small groups have {least}–{most} pupils.",
            ),
        )
    pupils_da = "elev" if size == 1 else "elever"
    pupils_en = "pupil" if size == 1 else "pupils"
    if least <= size <= most:
        return (
            CheckOutcome.SATISFIED,
            size,
            Text(
                da=f"Der er angivet {size} {pupils_da} i gruppen; {least}–{most} er tilladt.",
                en=f"The group is declared with {size} {pupils_en}; {least}–{most} are allowed.",
            ),
        )
    return (
        CheckOutcome.VIOLATED,
        size,
        Text(
            da=f"Der er angivet {size} {pupils_da} i gruppen; små grupper har {least}–{most} elever, så ændr gruppen.",
            en=f"The group is declared with {size} {pupils_en}; small groups have {least}–{most} pupils, "
            "so change the group.",
        ),
    )
