"""The documents that explain the tables: codebook and read-me, in Danish and English."""

from collections.abc import Sequence

from services.evaluation_export.bundle.sheets import Sheet
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.snapshot import Snapshot
from services.evaluation_export.products.aggregate.texts import explained


def codebook_md(sheets: Sequence[Sheet], snapshot: Snapshot, rules: DisclosureRules) -> bytes:
    """The codebook for people, with the codes of types and variants and the rules for the numbers."""
    lines = ["# Kodebog · Codebook", ""]
    for language, heading in (("da", "Dansk"), ("en", "English")):
        lines += [f"## {heading}", "", *_paragraphs(rules, language)]
        for sheet in sheets:
            lines += [f"### {sheet.name}.csv: {_text(sheet, language)}", "", "| | | |", "|---|---|---|"]
            lines += [f"| `{one.name}` | {one.type} {one.unit} | {_text(one, language)} |" for one in sheet.columns]
            lines += [""]
        lines += ["| | |", "|---|---|"]
        for type_ in snapshot.types:
            lines.append(f"| `{type_.code}` ({type_.letter}) | {_text(type_, language)} |")
            lines += [f"| `{one.variant}` | {_text(one, language)} |" for one in type_.variants]
        lines += [""]
    return "\n".join(lines).encode("utf-8")


def read_me(sheets: Sequence[Sheet], snapshot: Snapshot, rules: DisclosureRules, language: str) -> bytes:
    """The contents of the bundle and how to load them."""
    danish = language == "da"
    title = "Skoleløft: anonyme tabeller" if danish else "Skoleløft: anonymous tables"
    load = (
        "CSV: komma, UTF-8, punktum som decimaltegn, tomt felt er manglende. Parquet i `data/` har de samme rækker."
        if danish
        else "CSV: comma, UTF-8, decimal point, an empty field is missing. Parquet in `data/` has the same rows."
    )
    frozen = (
        "Leverancen er frosset: `manifest.json` har en SHA-256 af hver fil. "
        "De samme data og de samme tidligere leverancer giver de samme bytes."
        if danish
        else "The delivery is frozen: `manifest.json` has a SHA-256 of each file. "
        "The same data and the same earlier deliveries give the same bytes."
    )
    lines = [f"# {title}, {snapshot.school_year}", "", *_paragraphs(rules, language), load, ""]
    lines += [f"- `{sheet.folder}{sheet.name}.csv`: {_text(sheet, language)}" for sheet in sheets]
    columns = "Kolonnernes betydning" if danish else "What the columns mean"
    report = "Reglerne, og hvor meget der er skjult" if danish else "The rules, and how much is hidden"
    lines += [f"- `codebook.csv`, `codebook.md`: {columns}", f"- `disclosure_report.json`: {report}", "", frozen, ""]
    lines += ["```", 'R:      read.csv("data/absence.csv", na.strings = "")']
    lines += ['Python: polars.read_parquet("data/absence.parquet")']
    lines += ['Stata:  import delimited "data/absence.csv", varnames(1)', "```", ""]
    return "\n".join(lines).encode("utf-8")


def _text(thing: object, language: str) -> str:
    return str(getattr(thing, language))


def _paragraphs(rules: DisclosureRules, language: str) -> list[str]:
    return [line for paragraph in explained(rules, language) for line in (paragraph, "")]
