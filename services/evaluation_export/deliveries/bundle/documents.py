"""What explains the tables: codebook, read-me and disclosure report, in Danish and English."""

import json
from collections.abc import Mapping, Sequence

from libs.shared.base.spreadsheets import csv_line
from services.evaluation_export.deliveries.bundle.sheets import Row, Sheet
from services.evaluation_export.deliveries.snapshot import Snapshot
from services.evaluation_export.disclosure.suppression import THRESHOLD

_HIDING = {
    "da": (
        f"Et tal, som 1–{THRESHOLD - 1} forskellige elever står bag, er tomt, og med det gennemsnit "
        f"og dosering for den "
        "samme gruppe. Andre tal er tomme, så intet skjult tal kan regnes ud af rækker, summer, trin i "
        "populationsflowet eller af to tal, hvor det ene rummer det andet – heller ikke på tværs af "
        "tabellerne. For hvert "
        "skjult tal findes der mindst to mulige sæt af tabeller, som er ens i alt det trykte og afviger med mindst "
        f"{THRESHOLD} i det skjulte. Hvilke tomme felter der er små, og hvilke der beskytter andre, "
        f"oplyses ikke, for det "
        "ville indsnævre de små. Nul er trykt som 0 og betyder ingen elever; et tomt felt rummer "
        "altså mindst én. Tallene "
        "er ellers eksakte."
    ),
    "en": (
        f"A number that 1–{THRESHOLD - 1} distinct pupils stand behind is empty, and with it means "
        f"and dosage of the same "
        "group. Other numbers are empty so that no hidden one can be computed from rows, sums, steps of the population "
        "flow, or from two numbers of which one holds the other, across the tables too. For each "
        "hidden number there are "
        "at least two possible sets of tables that are equal in everything printed and differ in it by at least "
        f"{THRESHOLD}. Which empty fields are small and which protect others is not told, as it would narrow the small "
        "ones. Nought is printed as 0 and means no pupils; an empty field therefore holds at least one. Otherwise the "
        "numbers are exact."
    ),
}

_OVERLAP = {
    "da": "En elev kan deltage i flere indsatstyper. Tal for typer må derfor ikke lægges sammen til et antal elever; "
    "antallet af forskellige deltagere står i population_flow.csv.",
    "en": "A pupil may take part in several intervention types. Counts of types must therefore not be added up to a "
    "number of pupils; the number of distinct participants is in population_flow.csv.",
}


def codebook_csv(sheets: Sequence[Sheet]) -> bytes:
    """One row per column of every table."""
    head = ("file", "column", "type", "unit", "description_da", "description_en")
    rows = (
        (f"{sheet.name}.csv", column.name, column.kind, column.unit, column.da, column.en)
        for sheet in sheets
        for column in sheet.columns
    )
    return "".join(map(csv_line, (head, *rows))).encode("utf-8")


def codebook_md(sheets: Sequence[Sheet], snapshot: Snapshot) -> bytes:
    """The same for people, with the codes of types and variants and the rules behind the numbers."""
    lines = ["# Kodebog · Codebook", ""]
    for language, heading in (("da", "Dansk"), ("en", "English")):
        lines += [f"## {heading}", "", _HIDING[language], "", _OVERLAP[language], ""]
        for sheet in sheets:
            lines += [f"### {sheet.name}.csv: {_text(sheet, language)}", "", "| | | |", "|---|---|---|"]
            lines += [f"| `{one.name}` | {one.kind} {one.unit} | {_text(one, language)} |" for one in sheet.columns]
            lines += [""]
        lines += ["| | |", "|---|---|"]
        for type_ in snapshot.types:
            lines.append(f"| `{type_.code}` ({type_.letter}) | {_text(type_, language)} |")
            lines += [f"| `{one.variant}` | {_text(one, language)} |" for one in type_.variants]
        lines += [""]
    return "\n".join(lines).encode("utf-8")


def read_me(sheets: Sequence[Sheet], snapshot: Snapshot, language: str) -> bytes:
    """What is in the bundle and how to load it."""
    danish = language == "da"
    title = "Skoleløft: anonyme tabeller" if danish else "Skoleløft: anonymous tables"
    load = (
        "CSV: komma, UTF-8, punktum som decimaltegn, tomt felt er manglende. Parquet i `data/` har de samme rækker."
        if danish
        else "CSV: comma, UTF-8, decimal point, an empty field is missing. Parquet in `data/` has the same rows."
    )
    frozen = (
        "Leverancen er frosset: `manifest.json` har en SHA-256 af hver fil. De samme data giver de samme bytes."
        if danish
        else "The delivery is frozen: `manifest.json` has a SHA-256 of each file. The same data give the same bytes."
    )
    lines = [f"# {title}, {snapshot.school_year}", "", _HIDING[language], "", _OVERLAP[language], "", load, ""]
    lines += [f"- `{sheet.folder}{sheet.name}.csv`: {_text(sheet, language)}" for sheet in sheets]
    explained = "Kolonnernes betydning" if danish else "What the columns mean"
    lines += [f"- `codebook.csv`, `codebook.md`: {explained}", "", frozen, ""]
    lines += ["```", 'R:      read.csv("data/absence.csv", na.strings = "")']
    lines += ['Python: polars.read_parquet("data/absence.parquet")']
    lines += ['Stata:  import delimited "data/absence.csv", varnames(1)', "```", ""]
    return "\n".join(lines).encode("utf-8")


def disclosure_report(tables: Mapping[str, Sequence[Row]], columns: Mapping[str, Sequence[str]]) -> bytes:
    """The rule and, per table, how many numbers of pupils are printed and how many are empty."""
    report = {
        "threshold": THRESHOLD,
        "rule": _HIDING,
        "overlap": _OVERLAP,
        "tables": {
            name: {
                "printed": sum(row[column] is not None for row in tables[name] for column in columns[name]),
                "suppressed": sum(
                    value == "suppressed" for row in tables[name] for key, value in row.items() if "reason" in key
                ),
            }
            for name in sorted(columns)
        },
    }
    return json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")


def _text(thing: object, language: str) -> str:
    return str(getattr(thing, language))
