"""The guide to a kind of file, as Markdown in Danish or English, made from the same declaration as the parser."""

import re

from libs.shared.files.columns import ReadyColumn
from libs.shared.files.formats import Format
from libs.shared.files.kind import Kind

_PLACE = re.compile(r"\{\w+\}")
_WORDS = {
    "da": {
        "intro": "CSV med overskrift og semikolon, ét felt pr. kolonne, én række pr. linje. Tegnsættet angives i "
        "`Content-Type` (UTF-8, hvis intet er angivet). Datoer skrives 2022-09-30 eller 30-09-2022, decimaler med "
        "komma eller punktum. NDJSON med de samme feltnavne kan også sendes.",
        "reading": "Sådan læses filen",
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
        "reading": "How the file is read",
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

_READING = {
    "da": (
        "Linjer slutter med LF, CRLF eller CR alene, ens i hele filen. Et felt kan ikke indeholde linjeskift, heller "
        "ikke i anførselstegn.",
        "Skilletegnet er det semikolon, komma eller tabulatortegn, som overskriften bruger. Excels linje `sep=;` "
        "øverst springes over og tæller ikke med, når rækker nummereres.",
        "UTF-16 (Excels »Unicode-tekst«) læses ikke (`encoding.utf16`): gem filen som »CSV UTF-8«.",
        "Tomme linjer og linjer med kun skilletegn er ingen rækker. Kolonner uden navn springes over; har en række "
        "tekst i en af dem, afvises den alene (`column.unnamed`).",
        "Bogstaver skrevet som to tegn (å som a og en ring, som macOS gør) samles til ét, så navne, der ser ens ud, er "
        "ens.",
        "Står tegnet � i et felt, er et bogstav gået tabt undervejs, og rækken afvises (`value.lost_letters`). I den "
        "fil med afviste rækker, I kan hente, står � for bogstaver, vi ikke kunne læse: skriv dem igen.",
        "Datoer ligger fra 1. august 1990 til fem år frem. En anden dato, fx i år 0001 eller 9999, koster kun sin egen "
        "række (`date.out_of_range`). Hvor en slutdato må være tom, betyder 9999-12-31 det samme som tom.",
        "Ord for »intet« i et felt til en identifikation (NULL, NA, N/A, -, 0000000000, ukendt og lignende) er ingen "
        "identifikation. Må feltet være tomt, læses det som tomt, og kvitteringens `notices` siger i hvor mange "
        "rækker; skal det udfyldes, afvises rækken (`identifier.placeholder`).",
        "Om en afvist række siges højst 20 fejl; af en meget lang række gemmes begyndelsen.",
    ),
    "en": (
        "Lines end in LF, CRLF or CR alone, the same throughout. A field cannot hold a line end, not even in quotation "
        "marks.",
        "The separator is the semicolon, comma or tab that the header uses. Excel's line `sep=;` at the top is passed "
        "over and does not count when rows are numbered.",
        'UTF-16 (Excel\'s "Unicode Text") is not read (`encoding.utf16`): save the file as "CSV UTF-8".',
        "Empty lines and lines of separators only are no rows. Columns without a name are passed over; a row that has "
        "text in one of them is refused alone (`column.unnamed`).",
        "Letters written as two characters (å as a and a ring, as macOS does) are composed to one, so that names that "
        "look the same are the same.",
        "The sign � in a field shows that a letter was lost on the way, and the row is refused (`value.lost_letters`). "
        "In the file of refused rows � stands for letters that we could not read: write them again.",
        "Dates lie between 1 August 1990 and five years ahead. Another date, of the year 0001 or 9999 say, costs its "
        "own row alone (`date.out_of_range`). Where an end may be empty, 9999-12-31 means the same as empty.",
        'Words for "nothing" in a field for an identifier (NULL, NA, N/A, -, 0000000000, unknown and the like) are no '
        "identifier. Where the field may be empty it is read as empty, and the receipt's `notices` say in how many "
        "rows; where it must be filled in the row is refused (`identifier.placeholder`).",
        "Of a refused row 20 errors are told at most; of a very long one the beginning is kept.",
    ),
}


def without_places(text: str) -> str:
    """A text whose details are not known: ``…`` in the place of each."""
    return _PLACE.sub("…", text)


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
    lines += ["", f"{words['key']} {key} {words['key_end']}", "", f"## {words['reading']}", ""]
    lines += [f"- {sentence}" for sentence in _READING[language]]
    lines += ["", f"## {words['errors']}", ""]
    for text in kind.catalog:
        sentence = text.da if language == "da" else text.en
        lines.append(f"- `{text.code}`: {without_places(sentence)}")
    return "\n".join(lines) + "\n"


def guide_of_format(form: Format, language: str) -> str:
    """What a format of several kinds is, and what is not kept of it."""
    place = 0 if language == "da" else 1
    title, about = ((form.title_da, form.about_da), (form.title_en, form.about_en))[place]
    sent = ("Sendes som", "Sent as")[place], ("Giver rækker af", "Gives rows of")[place]
    unkept = ("Tælles og gemmes ikke", "Counted and not kept")[place]
    media, kinds = (", ".join(f"`{each}`" for each in of) for of in (form.media, [kind.name for kind in form.kinds]))
    lines = [f"# {title}", about, f"{sent[0]}: {media}. {sent[1]}: {kinds}."]
    lines += [f"{unkept}: {', '.join(names[place] for names in form.ignored.values())}."]
    return "\n\n".join(lines) + "\n"
