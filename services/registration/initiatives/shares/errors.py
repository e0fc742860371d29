"""Refusals about shares."""

from libs.shared.base.errors import Conflict, Invalid


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


class ShareInUse(Conflict):
    """The list lacks a municipality that is invited."""

    code = "share.in_use"
    da = "Kommunerne {codes} er inviteret, men mangler i listen eller har andelen 0. Tilføj deres andele."
    en = "Municipalities {codes} are invited, but are missing in the list or have a share of 0. Add their shares."
