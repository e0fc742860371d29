"""All composition rules on one plan; C-CATALOG, C-COMMUNITY and C-GROUP are here."""

from collections.abc import Iterable, Sequence

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.conditions import check_external, check_grade, check_organisation
from libs.shared.rules.composition.declared import check_declared
from libs.shared.rules.composition.efforts import type_of
from libs.shared.rules.composition.plan import Plan, PlannedEffort
from libs.shared.rules.composition.settings import CompositionRules, CompositionSettings
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Coverage, Measure, check_verdict
from libs.shared.rules.wording import Text

FAMILY = "composition"
CATALOG = "C-CATALOG"
COMMUNITY = "C-COMMUNITY"
GROUP = "C-GROUP"


def check_plan(
    rule_set: RuleSet | CompositionRules,
    plan: Plan,
    catalog: Iterable[CatalogEntry],
    *,
    at_start: bool = False,
) -> tuple[CheckVerdict, ...]:
    """Judge a plan by every composition rule.

    ``catalog`` contains the variants that the caller knows, valid or not; several entries of one variant are its
    periods. A rule about single efforts gives a verdict per effort, with its JSON pointer. ``at_start`` judges as on
    the day the plan starts, when the parents of pupils with book packages must have been informed (C-PARENTS). Raises
    ``NoRuleInForce`` when the set does not apply on the plan's start date.
    """
    rules = read_rules(rule_set, CompositionSettings)
    rules.require_in_force(plan.start)
    named = {effort.variant for effort in plan.efforts}
    entries = tuple(each for each in catalog if each.id in named)
    return (
        *check_catalog(rules, plan, entries),
        check_community(rules, plan, entries),
        *check_group(rules, plan, entries),
        *check_organisation(rules, plan, entries),
        *check_declared(rules, plan, entries, at_start=at_start),
        *check_grade(rules, plan, entries),
        *check_external(rules, plan),
    )


def check_start(
    rule_set: RuleSet | CompositionRules, plan: Plan, index: int, catalog: Iterable[CatalogEntry]
) -> tuple[CheckVerdict, ...]:
    """Judge one effort of a plan, with this index, as on the day it starts, which is the plan's start.

    Verdicts on the whole plan and on its other efforts are left out, because those were judged before the plan was
    approved. Raises the errors of ``check_plan``.
    """
    at = f"/efforts/{index}"
    return tuple(
        each
        for each in check_plan(rule_set, plan, catalog, at_start=True)
        if each.pointer == at or each.pointer.startswith(f"{at}/")
    )


def check_catalog(rules: CompositionRules, plan: Plan, catalog: Sequence[CatalogEntry]) -> tuple[CheckVerdict, ...]:
    """C-CATALOG (R, source 000, chapter 1): each effort is a variant that is valid on the start date."""
    severity = rules.settings.catalog.severity
    verdicts = []
    for index, effort in enumerate(plan.efforts):
        periods = [each for each in catalog if each.id == effort.variant]
        valid = any(each.is_valid(plan.start) for each in periods)
        verdicts.append(
            check_verdict(
                rules,
                rule_id=CATALOG,
                outcome=CheckOutcome.SATISFIED if valid else CheckOutcome.VIOLATED,
                severity=severity,
                pointer=f"/efforts/{index}/variant",
                value=Measure(code=effort.variant, unit="variant"),
                reason=_catalog_reason(plan, effort, known=bool(periods), valid=valid),
            )
        )
    return tuple(verdicts)


def check_community(rules: CompositionRules, plan: Plan, catalog: Sequence[CatalogEntry]) -> CheckVerdict:
    """C-COMMUNITY (R, source 000, step 2): a plan with book packages has at least one effort of the types A–D too.

    A violation is an error for a project and a warning for a pupil. Not applicable without book packages. Unknown when
    no effort of the types A–D is found and an effort is not in the catalog, so that its type is not known.
    """
    settings = rules.settings.community
    types = [type_of(effort, catalog) for effort in plan.efforts]
    supplementary = sum(each in settings.supplementary_types for each in types)
    beside = sum(each in settings.community_types for each in types)
    untyped = types.count(None)
    outcome = _community_outcome(supplementary, beside, untyped)
    return check_verdict(
        rules,
        rule_id=COMMUNITY,
        outcome=outcome,
        severity=settings.severity[plan.scope],
        pointer="/efforts",
        value=Measure(amount=beside, unit="efforts"),
        threshold=Measure(amount=1, unit="efforts"),
        coverage=Coverage(have=len(types) - untyped, expected=len(types), unit="efforts"),
        reason=_community_reason(outcome, supplementary, beside, untyped),
    )


def check_group(rules: CompositionRules, plan: Plan, catalog: Sequence[CatalogEntry]) -> tuple[CheckVerdict, ...]:
    """C-GROUP (R, source 000, chapter 4, C): small groups have 2–4 pupils. Unknown when no size is declared.

    One verdict per effort in small groups; a single one, not applicable, when there is none.
    """
    settings = rules.settings.group
    least, most = settings.least_pupils, settings.most_pupils
    judged = [
        (f"/efforts/{index}/group_size", *_group_outcome(effort, least, most))
        for index, effort in enumerate(plan.efforts)
        if type_of(effort, catalog) in settings.types
    ] or [("/efforts", CheckOutcome.NOT_APPLICABLE, None, _NO_SMALL_GROUPS)]
    return tuple(
        check_verdict(
            rules,
            rule_id=GROUP,
            outcome=outcome,
            severity=settings.severity,
            pointer=pointer,
            value=Measure(amount=size, unit="pupils") if size is not None else None,
            threshold=Measure(code=f"{least}-{most}", unit="pupils"),
            reason=reason,
        )
        for pointer, outcome, size, reason in judged
    )


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
