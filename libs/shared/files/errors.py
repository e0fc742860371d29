"""Row errors: stable codes with their texts in Danish and English. A text names the reason and the remedy.

Texts are ``str.format`` templates over ``params``; no parameter ever holds a value from the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A code and its two texts. ``needs_server`` says that only stored data decides whether a row gets the code."""

    code: str
    da: str
    en: str
    needs_server: bool = False


class Refused(Exception):
    """A value or a row that is refused, by code. ``params`` fill the texts in and never hold the value."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field (``column``), or with the whole row (``column`` None)."""

    code: str
    column: str | None = None
    value_class: str = "row"
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the database: never the value."""
        return {
            "code": self.code,
            "column": self.column,
            "value_class": self.value_class,
            "params": dict(self.params),
        }


OUTSIDE_SCOPE = "institution_number.outside_scope"
"""The row's institution is not one of those that the sender is restricted to."""

PUPIL_OUTSIDE_SCOPE = "pupil.outside_scope"
"""The same for a row that names a pupil. Unknown pupils and pupils of other institutions get the same answer."""

COMMON: tuple[ErrorText, ...] = (
    ErrorText(
        "row.columns",
        "Rækken har {found} felter, men overskriften har {expected}. Ret antallet af skilletegn, eller sæt "
        "anførselstegn om tekst, der indeholder skilletegnet.",
        "The row has {found} fields, but the header has {expected}. Correct the number of separators, or quote text "
        "that contains the separator.",
    ),
    ErrorText(
        "row.duplicate",
        "Rækken har samme nøgle som række {first_row} i samme fil. Behold den rigtige af de to.",
        "The row has the same key as row {first_row} of the same file. Keep the right one of the two.",
    ),
    ErrorText(
        "row.would_wait",
        "Rækkens elev kendes ikke, eller eleven kendes ikke på datoen, så rækken ville vente, og en fil med "
        "atomic=file lader intet vente. Send eleverne først, eller send filen med atomic=row.",
        "The row's pupil is not known, or not on the date, so that the row would wait, and a file with atomic=file "
        "lets nothing wait. Send the pupils first, or send the file with atomic=row.",
        needs_server=True,
    ),
    ErrorText(
        "row.group_too_large",
        "Filen har mere end {most} rækker, der hører til det samme, som rækker om én elev. Kontrollér udtrækket, eller "
        "del rækkerne på flere filer.",
        "The file has more than {most} rows that belong to the same, such as rows of one pupil. Check the extract, or "
        "divide the rows between several files.",
        needs_server=True,
    ),
    ErrorText(
        "row.parked_too_long",
        "Rækken har ventet {days} dage på sin elev, som ikke er kommet. Send eleven med elevfilen, og send så rækken "
        "igen.",
        "The row has waited {days} days for its pupil, who has not arrived. Send the pupil with the file of pupils, "
        "then send the row again.",
        needs_server=True,
    ),
    ErrorText(
        "row.identity_undecided",
        "Rækken har ventet {days} dage på en afgørelse af, om id'et er den samme elevs. Afgør den, og send så rækken "
        "igen.",
        "The row has waited {days} days for a decision on whether the id is the same pupil's. Decide it, then send "
        "the row again.",
        needs_server=True,
    ),
    ErrorText(
        "row.wait_ended",
        "Rækken ventede, og den kunne ikke afgøres på grund af en fejl hos os. Send den igen.",
        "The row waited, and it could not be judged because of a fault on our side. Send it again.",
        needs_server=True,
    ),
    ErrorText(
        "column.unknown",
        "Rækken har {count} felter, som ikke findes i denne filtype. Fjern dem, eller ret navnene efter skabelonen.",
        "The row has {count} fields that this kind of file does not have. Remove them, or correct their names after "
        "the template.",
    ),
    ErrorText(
        "column.unnamed",
        "Rækken har tekst i kolonne nr. {position}, som ikke har noget navn i overskriften. Giv kolonnen dens navn fra "
        "skabelonen, eller fjern teksten.",
        "The row has text in column no. {position}, which has no name in the header. Give the column its name after "
        "the template, or remove the text.",
    ),
    ErrorText(
        "row.line_ends",
        "Linjen har linjeskift af en anden slags (CR alene) end filens øvrige, så flere rækker er blevet til én. Gem "
        "filen med ens linjeskift (LF eller CRLF).",
        "The line holds line ends of another sort (CR alone) than the rest of the file, so several rows have become "
        "one. Save the file with the same line ends throughout (LF or CRLF).",
    ),
    ErrorText(
        "value.required",
        "Feltet {column} er tomt og skal udfyldes.",
        "The field {column} is empty and must be filled in.",
    ),
    ErrorText(
        "value.too_long",
        "Feltet {column} må højst have {max} tegn. Forkort det.",
        "The field {column} may have {max} characters at most. Shorten it.",
    ),
    ErrorText(
        "value.characters",
        "Feltet {column} indeholder styretegn, som ikke kan ses. Fjern dem.",
        "The field {column} contains control characters that cannot be seen. Remove them.",
    ),
    ErrorText(
        "value.lost_letters",
        "I feltet {column} er bogstaver gået tabt og erstattet af tegnet �. Skriv dem igen, eller hent filen fra "
        "kildesystemet på ny og angiv dens rigtige tegnsæt.",
        "Letters of the field {column} were lost and replaced by the sign �. Correct the text, or export the file "
        "again from the source system and declare the character set that it is written in.",
    ),
    ErrorText(
        "identifier.placeholder",
        "I feltet {column} står der noget, som betyder »intet« (fx NULL, NA, -, 0000000000, ukendt), og rækken skal "
        "have en identifikation. Skriv elevens egen.",
        'The field {column} holds a word for "nothing" (such as NULL, NA, -, 0000000000, unknown), and the row needs '
        "an identifier. Write the pupil's own.",
    ),
    ErrorText(
        "text.identifier",
        "Feltet {column} indeholder noget, der ligner et CPR-nummer. Fjern det: navne på skoler og klasser og andre "
        "tekster må ikke indeholde oplysninger, der udpeger en person.",
        "The field {column} holds something like a CPR number. Remove it: names of schools and classes and other texts "
        "may not hold anything that points out a person.",
    ),
    ErrorText(
        "value.unknown",
        "Feltet {column} har en ukendt kode. Brug en af: {allowed}.",
        "The field {column} has an unknown code. Use one of: {allowed}.",
    ),
    ErrorText(
        "value.invalid",
        "Feltet {column} har ikke den rigtige form. Se eksemplet i vejledningen: {example}.",
        "The field {column} does not have the right form. See the guide's example: {example}.",
    ),
    ErrorText(
        "date.invalid",
        "Feltet {column} er ikke en dato, der findes. Skriv den som 2022-09-30 eller 30-09-2022.",
        "The field {column} is not a date that exists. Write it as 2022-09-30 or 30-09-2022.",
    ),
    ErrorText(
        "date.in_future",
        "Datoen i feltet {column} ligger i fremtiden. Ret den, eller send rækken, når dagen er gået.",
        "The date in the field {column} is in the future. Correct it, or send the row when the day has passed.",
    ),
    ErrorText(
        "date.out_of_range",
        "Datoen i feltet {column} skal ligge mellem {first} og {last}. Ret den.",
        "The date in the field {column} must lie between {first} and {last}. Correct it.",
    ),
    ErrorText(
        "number.invalid",
        "Feltet {column} er ikke et tal. Skriv det med cifre; decimaler med komma eller punktum.",
        "The field {column} is not a number. Write it in digits; decimals with a comma or a full stop.",
    ),
    ErrorText(
        "number.range",
        "Tallet i feltet {column} er uden for det tilladte ({limit}). Ret det.",
        "The number in the field {column} is out of range ({limit}). Correct it.",
    ),
    ErrorText(
        "cpr_number.invalid",
        "Feltet {column} er ikke et CPR-nummer: ti cifre med en dato, der findes. Ret det i kildesystemet.",
        "The field {column} is not a CPR number: ten digits with a date that exists. Correct it in the source system.",
    ),
    ErrorText(
        "uni_login.invalid",
        "Feltet {column} er ikke et UNI-Login: 3–64 af tegnene a–z, 0–9, punktum, bindestreg og understreg. Ret det.",
        "The field {column} is not a UNI-Login: 3–64 of a–z, 0–9, full stop, hyphen and underscore. Correct it.",
    ),
    ErrorText(
        "local_id.invalid",
        "Feltet {column} er ikke et id fra kildesystemet: 1–64 synlige tegn. Ret det.",
        "The field {column} is not an id of the source system: 1–64 visible characters. Correct it.",
    ),
    ErrorText(
        "encoding.invalid",
        "Rækken er ikke skrevet i det tegnsæt, der er angivet ({charset}). Angiv filens rigtige tegnsæt i "
        "Content-Type, eller gem den igen. Bogstaver, der ikke kunne læses, vises som � og skal skrives igen, hvis "
        "rækken rettes her.",
        "The row is not written in the declared character set ({charset}). Declare the file's own in Content-Type, "
        "or save it again. Letters that could not be read are shown as � and must be written again if the row is "
        "corrected here.",
    ),
    ErrorText(
        "quote.unclosed",
        "Et anførselstegn er ikke lukket på samme linje. Luk det, eller fordobl anførselstegn inde i teksten.",
        "A quotation mark is not closed on its line. Close it, or double quotation marks inside the text.",
    ),
    ErrorText(
        "json.invalid",
        "Linjen er ikke et JSON-objekt. Skriv ét objekt pr. linje.",
        "The line is not a JSON object. Write one object per line.",
    ),
    ErrorText(
        "json.type",
        "Feltet {column} har en forkert JSON-type. Skriv tekst i anførselstegn.",
        "The field {column} has the wrong JSON type. Write text in quotation marks.",
    ),
    ErrorText(
        OUTSIDE_SCOPE,
        "Adgangen gælder kun bestemte institutioner, og rækkens er ikke en af dem. Ret institutionsnummeret, eller "
        "send rækken med en adgang, der gælder institutionen.",
        "The access is for certain institutions, and the row's is not one of them. Correct the institution number, or "
        "send the row with an access that covers the institution.",
        needs_server=True,
    ),
    ErrorText(
        PUPIL_OUTSIDE_SCOPE,
        "Adgangen gælder kun bestemte institutioner, og eleven er ikke indskrevet på en af dem på datoen. Send elevens "
        "række i filen pupils først, eller send rækken med en adgang, der gælder elevens institution.",
        "The access is for certain institutions, and the pupil is not at one of them on the date. Send the pupil's row "
        "of the file pupils first, or send the row with an access that covers the pupil's institution.",
        needs_server=True,
    ),
    ErrorText(
        "pupil.unknown",
        "Eleven kendes ikke i kommunen. Send eleven først, eller ret identifikationen.",
        "The pupil is not known in the municipality. Send the pupil first, or correct the identifier.",
        needs_server=True,
    ),
)


class ErrorCatalog:
    """Codes and texts: the common ones and a kind's own."""

    def __init__(self, own: Iterable[ErrorText] = ()) -> None:
        self._texts = {text.code: text for text in (*COMMON, *own)}

    def __contains__(self, code: str) -> bool:
        return code in self._texts

    def __iter__(self) -> Iterator[ErrorText]:
        return iter(self._texts.values())

    def messages(self, error: Mapping[str, Any]) -> dict[str, str]:
        """Both texts of a stored error, filled in. An unknown code (of an older release) is shown as it is."""
        text = self._texts.get(error["code"])
        if text is None:
            return {"da": error["code"], "en": error["code"]}
        params = {
            name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
            for name, value in error["params"].items()
        }
        params["column"] = error["column"]
        return {"da": text.da.format(**params), "en": text.en.format(**params)}


def value_class(text: str) -> str:
    """The class of a field's value, without the value itself: ``empty``, ``digits(10)``, ``date-like``, …"""
    text = text.strip()
    if not text:
        return "empty"
    if text.isdigit():
        return f"digits({len(text)})"
    pieces = text.replace("/", "-").replace(".", "-").split("-")
    if len(pieces) == 3 and all(piece.isdigit() for piece in pieces):
        return "date-like"
    if len(pieces) == 2 and [len(piece) for piece in pieces] == [6, 4] and "".join(pieces).isdigit():
        return "digits(6-4)"
    if text.lstrip("+-").replace(",", "").replace(".", "").isdigit():
        return "number"
    return "text"
