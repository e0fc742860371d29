"""The whole bundle of the product ``aggregate``. Pure: the same order gives the same bytes."""

from collections.abc import Mapping, Sequence

from services.evaluation_export.bundle.documents import codebook_csv
from services.evaluation_export.bundle.sheets import Row, Sheet, as_csv, as_parquet
from services.evaluation_export.disclosure.audit import TablesContradict
from services.evaluation_export.disclosure.release import Group
from services.evaluation_export.products.aggregate import (
    absence,
    completeness,
    coverage,
    dosage,
    flow,
    participants,
    selections,
    several_types,
)
from services.evaluation_export.products.aggregate.checks import check_files
from services.evaluation_export.products.aggregate.documents import codebook_md, read_me
from services.evaluation_export.products.aggregate.facts import Facts, facts_of
from services.evaluation_export.products.aggregate.figures import Figures, printed, sources
from services.evaluation_export.products.aggregate.gating import Decided, Keys, group_of, groups_of, through_gate
from services.evaluation_export.products.aggregate.order import Built, Order
from services.evaluation_export.products.aggregate.primary import Off, Part
from services.evaluation_export.products.aggregate.protecting import Protecting, closed
from services.evaluation_export.products.aggregate.report import disclosure_report

SHEETS = (
    participants.SHEET, absence.SHEET, dosage.SHEET, several_types.SHEET, coverage.SHEET, selections.SHEET,
    flow.SHEET, completeness.SHEET,
)  # fmt: skip
Tables = Mapping[str, Sequence[Row]]


def build(order: Order, off: Off = frozenset()) -> Built:
    """The files, and the groups of persons whose own figures they show; only tests set ``off``.

    Raises ``NotProtectable`` if small groups cannot be protected, ``NotReleasable`` if a finished file breaks a rule,
    and what the audit raises; in all cases nothing is released.
    """
    facts, keys = _facts(order, off), _keys(order)
    earlier = () if Part.GATE in off else order.earlier
    decided = through_gate(sources(facts, order.rules, off), keys, earlier, order.rules)
    figures = closed(printed(decided.sources), facts)
    if Part.AUDIT not in off:
        try:
            figures = _protected(order, facts, decided, figures, earlier)
        except TablesContradict:
            if not off:  # With another part switched off, the figures may break what the audit assumes.
                raise
    tables = _tables(facts, figures)
    files = _files(order, tables)
    check_files(files, order.rules, off)
    return Built(files, groups_of(decided.own, keys, figures))


def candidates(order: Order, off: Off = frozenset()) -> tuple[Group, ...]:
    """Every group that the gate examines, with the figures that the primary rules allow for it."""
    keys = _keys(order)
    return tuple(group_of(source, keys) for source in sources(_facts(order, off), order.rules, off))


def _facts(order: Order, off: Off) -> Facts:
    return facts_of(order.snapshot, partition=Part.PARTITION not in off)


def _keys(order: Order) -> Keys:
    return {one.person: keys for one, keys in zip(order.snapshot.persons, order.persons, strict=True)}


def _protected(order: Order, facts: Facts, decided: Decided, figures: Figures, earlier: Sequence[Group]) -> Figures:
    def write(shown: Figures) -> Mapping[str, bytes]:
        tables = _tables(facts, shown)
        return {_csv_name(sheet): as_csv(sheet, tables[sheet.name]) for sheet in SHEETS}

    return Protecting(
        facts,
        order.rules,
        write,
        kept=decided.kept,
        public=decided.public - decided.kept,
        earlier=earlier,
        persons=order.persons,
        seconds=order.audit_seconds,
    ).protect(figures)


def _tables(facts: Facts, figures: Figures) -> Tables:
    return {
        participants.SHEET.name: participants.rows(facts, figures),
        absence.SHEET.name: absence.rows(facts, figures),
        dosage.SHEET.name: dosage.rows(facts, figures),
        several_types.SHEET.name: several_types.rows(facts, figures),
        coverage.SHEET.name: coverage.rows(figures),
        selections.SHEET.name: selections.rows(facts, figures),
        flow.SHEET.name: flow.rows(figures),
        completeness.SHEET.name: completeness.rows(facts),
    }


def _csv_name(sheet: Sheet) -> str:
    return f"{sheet.folder}{sheet.name}.csv"


def _files(order: Order, tables: Tables) -> dict[str, bytes]:
    snapshot, rules = order.snapshot, order.rules
    files: dict[str, bytes] = {}
    for sheet in SHEETS:
        files[_csv_name(sheet)] = as_csv(sheet, tables[sheet.name])
        if sheet.folder:
            files[f"{sheet.folder}{sheet.name}.parquet"] = as_parquet(sheet, tables[sheet.name])
    files["codebook.csv"] = codebook_csv(SHEETS)
    files["codebook.md"] = codebook_md(SHEETS, snapshot, rules)
    for language in ("da", "en"):
        files[f"README.{language}.md"] = read_me(SHEETS, snapshot, rules, language)
    files["disclosure_report.json"] = disclosure_report(SHEETS, tables, rules)
    return files
