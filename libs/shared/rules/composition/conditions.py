"""C-ORGANISATION, C-GRADE and C-EXTERNAL: conditions on more than a yes-or-no field."""

from collections.abc import Sequence

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.efforts import efforts_of
from libs.shared.rules.composition.plan import Organisation, Plan
from libs.shared.rules.composition.settings import CompositionRules
from libs.shared.rules.requirements import not_applicable
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Measure, check_verdict
from libs.shared.rules.wording import Text, listed_da, listed_en

ORGANISATION = "C-ORGANISATION"
GRADE = "C-GRADE"
EXTERNAL = "C-EXTERNAL"


def check_organisation(
    rules: CompositionRules, plan: Plan, catalog: Sequence[CatalogEntry]
) -> tuple[CheckVerdict, ...]:
    """C-ORGANISATION (R, source 000, chapter 4, A): an effort with co-teaching names one of the three ways of it.

    Unknown when none is named.
    """
    settings = rules.settings.organisation
    if settings is None:
        return ()
    # In the order of ``Organisation``: a database does not keep the order of the keys of a JSON object.
    ways = [settings.ways[each] for each in Organisation if each in settings.ways]
    ways_da, ways_en = listed_da([each.da for each in ways]), listed_en([each.en for each in ways])
    verdicts = []
    for index, effort, _ in efforts_of(plan, catalog, settings.types):
        way = effort.organisation
        if way is None:
            outcome = CheckOutcome.UNKNOWN
            da = f"Måden er ikke angivet; vælg en af de {len(settings.ways)}: {ways_da}."
            en = f"The way is not declared; choose one of the {len(settings.ways)}: {ways_en}."
        elif way in settings.ways:
            outcome = CheckOutcome.SATISFIED
            da, en = f"Angivet er {settings.ways[way].da}.", f"Declared: {settings.ways[way].en}."
        else:
            outcome = CheckOutcome.VIOLATED
            da = f"{way} er ikke en af de {len(settings.ways)} måder; vælg en af dem: {ways_da}."
            en = f"{way} is not one of the {len(settings.ways)} ways; choose one of them: {ways_en}."
        verdicts.append(
            check_verdict(
                rules,
                rule_id=ORGANISATION,
                outcome=outcome,
                severity=settings.severity,
                pointer=f"/efforts/{index}/organisation",
                value=Measure(code=way, unit="organisation") if way else None,
                reason=Text(da=da, en=en),
            )
        )
    return tuple(verdicts) or (
        not_applicable(
            rules, ORGANISATION, settings.severity, _none("tolærerordning", "co-teaching"), pointer="/efforts"
        ),
    )


def check_grade(rules: CompositionRules, plan: Plan, catalog: Sequence[CatalogEntry]) -> tuple[CheckVerdict, ...]:
    """C-GRADE (R, source 000, chapter 4, D and E): a note when a type is used outside the grades it was made for.

    ``value`` lists the declared grades outside those. Unknown when no grade is declared.
    """
    settings = rules.settings.grade
    if settings is None:
        return ()
    tried = {each.type: each for each in settings.tried}
    verdicts = []
    for index, effort, intervention_type in efforts_of(plan, catalog, tried):
        of_type = tried[str(intervention_type)]
        outside = sorted({each for each in effort.grades or () if each not in of_type.grades})
        if effort.grades is None:
            outcome = CheckOutcome.UNKNOWN
            da = f"Klassetrin er ikke angivet; typen er {of_type.label.da}."
            en = f"The grades are not declared; the type is {of_type.label.en}."
        elif outside:
            outcome = CheckOutcome.VIOLATED
            da = f"Angivet er {listed_da([f'{each}.' for each in outside])} klasse; typen er {of_type.label.da}."
            en = f"Declared: grade {listed_en([str(each) for each in outside])}; the type is {of_type.label.en}."
        else:
            outcome = CheckOutcome.SATISFIED
            da = f"Der er angivet 0 klassetrin uden for typens; typen er {of_type.label.da}."
            en = f"Declared: 0 grades outside the type's; the type is {of_type.label.en}."
        verdicts.append(
            check_verdict(
                rules,
                rule_id=GRADE,
                outcome=outcome,
                severity=settings.severity,
                pointer=f"/efforts/{index}/grades",
                value=Measure(code=",".join(map(str, outside)), unit="grades") if outside else None,
                threshold=Measure(code=",".join(map(str, of_type.grades)), unit="grades"),
                reason=Text(da=da, en=en),
            )
        )
    return tuple(verdicts) or (
        not_applicable(
            rules,
            GRADE,
            settings.severity,
            _none("typer med egne klassetrin", "types with grades of their own"),
            pointer="/efforts",
        ),
    )


def check_external(rules: CompositionRules, plan: Plan) -> tuple[CheckVerdict, ...]:
    """C-EXTERNAL (R, source 000, chapter 1): external suppliers are named.

    Satisfied if a supplier is named. Not applicable when it is declared that there are none.
    """
    settings = rules.settings.external
    if settings is None:
        return ()
    named = len(plan.external_suppliers)
    if named:
        outcome = CheckOutcome.SATISFIED
        reason = Text(da=f"Navngivne eksterne leverandører: {named}.", en=f"Named external suppliers: {named}.")
    elif plan.uses_external_suppliers is None:
        outcome = CheckOutcome.UNKNOWN
        reason = Text(
            da="Det er ikke angivet, om der er eksterne leverandører; 0 er navngivet.",
            en="It is not declared whether there are external suppliers; 0 are named.",
        )
    elif plan.uses_external_suppliers:
        outcome = CheckOutcome.VIOLATED
        reason = Text(
            da="Der er angivet eksterne leverandører, men 0 er navngivet; skriv, hvem de er.",
            en="External suppliers are declared but 0 are named; say who they are.",
        )
    else:
        outcome = CheckOutcome.NOT_APPLICABLE
        reason = Text(da="Der er angivet 0 eksterne leverandører.", en="0 external suppliers are declared.")
    return (
        check_verdict(
            rules,
            rule_id=EXTERNAL,
            outcome=outcome,
            severity=settings.severity,
            pointer="/external_suppliers",
            value=Measure(amount=named, unit="suppliers"),
            reason=reason,
        ),
    )


def _none(da: str, en: str) -> Text:
    return Text(da=f"Planen angiver 0 indsatser af {da}.", en=f"The plan declares 0 efforts of {en}.")
