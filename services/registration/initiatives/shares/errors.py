"""Refusals about shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from libs.shared.base.errors import Conflict, Invalid

_MOST_ERRORS = 200


class SharesTwice(Invalid):
    """A municipality stands twice in the list."""

    code = "share.twice"
    da = "Kommunen {code_given} står to gange i listen. Fjern den ene række."
    en = "Municipality {code_given} stands twice in the list. Remove one of the rows."


class ShareOfOtherDate(Invalid):
    """A share of another date than the initiative's."""

    code = "share.other_date"
    da = "Andelen er opgjort på en anden dag end initiativets, som er {expected}. Indlæs andele fra den dag."
    en = "The share is as of another day than the initiative's, which is {expected}. Load shares of that day."


class MunicipalityUnknown(Invalid):
    """No municipality has the code."""

    code = "share.municipality_unknown"
    da = "Ingen kommune har koden {code_given}. Ret den."
    en = "No municipality has the code {code_given}. Correct it."


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row of a spreadsheet (1 is the first below the header); ``column`` is None where it is the
    whole row.
    """

    row: int
    column: str | None
    code: str
    messages: Mapping[str, str]


class SharesRefused(Invalid):
    """Rows of a spreadsheet that cannot be taken; nothing is changed."""

    code = "shares.rows_refused"
    da = "{rows} rækker i regnearket kan ikke tages, og intet er ændret. Ret det, der står under »errors«, og send "
    da += "hele listen igen."
    en = "{rows} rows of the spreadsheet cannot be taken, and nothing is changed. Correct what is listed under "
    en += "'errors', and send the whole list again."

    def __init__(self, errors: Sequence[RowError]) -> None:
        shown = [
            {
                "pointer": f"/rows/{each.row}" + (f"/{each.column}" if each.column else ""),
                "row": each.row,
                "column": each.column,
                "code": each.code,
                "messages": dict(each.messages),
            }
            for each in errors[:_MOST_ERRORS]
        ]
        rows = len({each.row for each in errors})
        super().__init__(pointer=str(shown[0]["pointer"]), rows=rows, extra={"errors": shown})


class ShareInUse(Conflict):
    """The list lacks a municipality that is invited."""

    code = "share.in_use"
    da = "Kommunerne {codes} er inviteret, men mangler i listen eller har andelen 0. Tilføj deres andele."
    en = "Municipalities {codes} are invited, but are missing in the list or have a share of 0. Add their shares."
