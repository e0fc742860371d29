"""A judgement as lines for people: what stands in the way first, then all the rest."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from apps.cli.wording import in_language
from libs.shared.descriptions.judging import DocumentJudgement
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.judgement import Judgement, rule_ids
from libs.shared.rules.plan_check import PlanJudgement
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, DosageOutcome, Severity
from libs.shared.rules.wording import Text

_CHECKED: dict[tuple[CheckOutcome, Severity], Text] = {
    (CheckOutcome.VIOLATED, Severity.ERROR): Text(da="FEJL", en="ERROR"),
    (CheckOutcome.UNKNOWN, Severity.ERROR): Text(da="SVAR MANGLER", en="UNANSWERED"),
    (CheckOutcome.VIOLATED, Severity.WARNING): Text(da="ADVARSEL", en="WARNING"),
    (CheckOutcome.UNKNOWN, Severity.WARNING): Text(da="ukendt", en="unknown"),
    (CheckOutcome.VIOLATED, Severity.INFO): Text(da="bemærk", en="note"),
    (CheckOutcome.UNKNOWN, Severity.INFO): Text(da="ukendt", en="unknown"),
    **{(CheckOutcome.SATISFIED, each): Text(da="opfyldt", en="met") for each in Severity},
    **{(CheckOutcome.NOT_APPLICABLE, each): Text(da="ikke aktuel", en="not applicable") for each in Severity},
}
"""What is said of a verdict; the order is that of the lines."""

_DOSED: dict[DosageOutcome, Text] = {
    DosageOutcome.MISSED: Text(da="under minimum", en="below minimum"),
    DosageOutcome.AT_RISK: Text(da="i fare", en="at risk"),
    DosageOutcome.UNKNOWN: Text(da="ukendt", en="unknown"),
    DosageOutcome.MET: Text(da="nået", en="met"),
}
_COMPOSITION = Text(da="Sammensætning", en="Composition")
_DOSAGE = Text(da="Planlagt dosering (er ikke til hinder for indsendelse)", en="Planned dosage (blocks nothing)")
_MAY_SEND = Text(da="Projektbeskrivelsen kan indsendes.", en="The project description may be submitted.")
_MAY_NOT_SEND = Text(da="Projektbeskrivelsen kan ikke indsendes.", en="The project description may not be submitted.")
_GAPS = Text(da="Beskrivelsen mangler", en="The description lacks")
_BUDGET = Text(da="Budget", en="Budget")
_PLAN = Text(da="(planen)", en="(the plan)")


class _Line(NamedTuple):
    rank: int
    columns: tuple[str, str, str]
    reason: str


def printed(judgement: PlanJudgement, language: str) -> str:
    """The judgement in the language, ``da`` or ``en``, one line per verdict."""
    said = [_checked(each, language) for each in judgement.composition]
    dosed = [_dosed(each, language) for each in judgement.dosage]
    parts = [
        *_summary(judgement, language),
        "",
        f"{in_language(_COMPOSITION, language)}, {_named(judgement.composition)}",
        *_lines(said),
        "",
        f"{in_language(_DOSAGE, language)}, {_named(judgement.dosage)}",
        *_lines(dosed),
    ]
    return "\n".join(parts) + "\n"


def printed_document(judgement: DocumentJudgement, language: str) -> str:
    """The judgement of a project description: what it lacks, its budget, and then its plan as ``printed`` has it."""
    lines = [in_language(_MAY_NOT_SEND if judgement.blocks_submission else _MAY_SEND, language)]
    if judgement.gaps:
        width = max(len(each.pointer) for each in judgement.gaps)
        lines += ["", in_language(_GAPS, language)]
        for each in judgement.gaps:
            said = f"{in_language(each.reason, language)} {in_language(each.remedy, language)}"
            lines.append(f"  {each.pointer.ljust(width)}  {said}")
    lines += ["", f"{in_language(_BUDGET, language)}: {in_language(judgement.budget.reason, language)}", ""]
    return "\n".join(lines) + "\n" + ("" if judgement.plan is None else printed(judgement.plan, language))


def _summary(judgement: PlanJudgement, language: str) -> list[str]:
    broken = rule_ids(Judgement.of(judgement.composition).violated)
    may = Text(da="Planen kan indsendes.", en="The plan may be submitted.")
    may_not = Text(da="Planen kan ikke indsendes.", en="The plan may not be submitted.")
    to_do = (
        (Text(da="Ret", en="Correct"), broken),
        (Text(da="Besvar", en="Answer"), judgement.needs_answer),
        (Text(da="Begrund skriftligt", en="Give a written reason for"), judgement.needs_reason),
    )
    return [
        in_language(may_not if judgement.blocks_submission else may, language),
        *(f"  {in_language(what, language)}: {', '.join(rules)}" for what, rules in to_do if rules),
    ]


def _checked(verdict: CheckVerdict, language: str) -> _Line:
    key = (verdict.outcome, verdict.severity)
    mark, where = in_language(_CHECKED[key], language), verdict.pointer or in_language(_PLAN, language)
    return _Line(list(_CHECKED).index(key), (mark, verdict.rule_id, where), in_language(verdict.reason, language))


def _dosed(verdict: DosageVerdict, language: str) -> _Line:
    mark, rank = in_language(_DOSED[verdict.outcome], language), list(_DOSED).index(verdict.outcome)
    return _Line(rank, (mark, verdict.rule_id, verdict.pointer), in_language(verdict.reason, language))


def _lines(lines: Iterable[_Line]) -> list[str]:
    ordered = sorted(lines, key=lambda each: each.rank)
    widths = [max(map(len, column)) for column in zip(*(each.columns for each in ordered), strict=True)]
    return [
        "  ".join(["", *(cell.ljust(width) for cell, width in zip(each.columns, widths, strict=True)), each.reason])
        for each in ordered
    ]


def _named(verdicts: Sequence[CheckVerdict | DosageVerdict]) -> str:
    """The rule set that judged; one set judges the whole plan."""
    return f"{verdicts[0].rule_set} v{verdicts[0].version}"
