"""The guide to a kind of file, as Markdown in Danish or English, made from the same declaration as the parser."""

import re

from libs.shared.imports.columns import ReadyColumn
from libs.shared.imports.kinds import Kind

_PLACE = re.compile(r"\{\w+\}")
_WORDS = {
    "da": {
        "intro": "CSV med overskrift og semikolon, ét felt pr. kolonne, én række pr. linje. Tegnsættet angives i "
        "`Content-Type` (UTF-8, hvis intet er angivet). Datoer skrives 2022-09-30 eller 30-09-2022, decimaler med "
        "komma eller punktum. NDJSON med de samme feltnavne kan også sendes.",
        "head": "| kolonne | indhold | skal udfyldes | højst | eksempel |",
        "yes": "ja",
        "no": "nej",
        "key": "Rækker med samme",
        "key_end": "er den samme række; den anden i en fil afvises.",
        "allowed": "en af",
        "errors": "Fejlkoder",
        "signs": "tegn",
    },
    "en": {
        "intro": "CSV with a header and semicolons, one field per column, one row per line. The character set is "
        "declared in `Content-Type` (UTF-8 if nothing is). Dates are written 2022-09-30 or 30-09-2022, decimals with "
        "a comma or a full stop. NDJSON with the same field names may be sent too.",
        "head": "| column | content | required | at most | example |",
        "yes": "yes",
        "no": "no",
        "key": "Rows with the same",
        "key_end": "are the same row; the second in a file is refused.",
        "allowed": "one of",
        "errors": "Error codes",
        "signs": "characters",
    },
}


def _line(column: ReadyColumn, language: str) -> str:
    words = _WORDS[language]
    content = column.column.da if language == "da" else column.column.en
    if column.allowed:
        content += f" ({words['allowed']} {', '.join(column.allowed)})"
    cells = (
        f"`{column.name}`",
        content,
        words["yes"] if column.required else words["no"],
        f"{column.column.max_length} {words['signs']}",
        f"`{column.column.example}`" if column.column.example else "",
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def guide(kind: Kind, language: str) -> str:
    """Markdown; ``language`` is ``da`` or ``en``."""
    words = _WORDS[language]
    title, about = (kind.title_da, kind.about_da) if language == "da" else (kind.title_en, kind.about_en)
    key = ", ".join(f"`{name}`" for name in kind.natural_key)
    lines = [f"# {title} (`{kind.name}`)", ""]
    lines += [about, ""] if about else []
    lines += [words["intro"], "", words["head"], "|---|---|---|---|---|"]
    lines += [_line(column, language) for column in kind.columns]
    lines += ["", f"{words['key']} {key} {words['key_end']}", "", f"## {words['errors']}", ""]
    for text in kind.catalog:
        sentence = text.da if language == "da" else text.en
        lines.append(f"- `{text.code}`: {_PLACE.sub('…', sentence)}")
    return "\n".join(lines) + "\n"
