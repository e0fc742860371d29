"""Refusals of publishing, withdrawing and reading."""

from collections.abc import Iterable
from typing import Any

from libs.shared.base.errors import Conflict, Invalid, NotFound


class PublicationNotFound(NotFound):
    """Nothing of the kind is published under the id, or not in that version."""

    code = "publication.not_found"
    da = "Indholdet er ikke udgivet i kataloget, eller ikke i den version. Se listen, eller søg under /v1/search."
    en = "The item is not published in the catalog, or not in that version. See the list, or search at /v1/search."


class OverlappingPeriods(Invalid):
    """A day would belong to two periods of the item."""

    code = "publication.overlapping_validity"
    da = (
        "Gyldigheden overlapper version {version}, der gælder fra {start:%d-%m-%Y}. Udgiv først den med en slutdato, "
        "eller brug samme startdato for at afløse den."
    )
    en = (
        "The validity overlaps version {version}, which is valid from {start}. Publish that one with an end date "
        "first, or use the same start date to replace it."
    )


class EndsBeforeStart(Invalid):
    """The period ends before or on its first day."""

    code = "publication.ends_before_start"
    da = "valid_to er den første dag, det ikke gælder, og skal ligge efter valid_from. Ret en af datoerne."
    en = "valid_to is the first day it is not valid, and must be after valid_from. Correct one of the dates."


class TextMissing(Invalid):
    """A text lacks a language; ``errors`` lists every one."""

    code = "publication.text_missing"
    da = "{count} tekster mangler på dansk eller engelsk. Skriv dem, der står under »errors«, og udgiv igen."
    en = "{count} texts lack Danish or English. Write those listed under 'errors' and publish again."

    @classmethod
    def at(cls, pointers: Iterable[str]) -> "TextMissing":
        """The refusal, with the pointer of each text."""
        errors = [
            field_error(
                pointer,
                "text.missing",
                da="Teksten mangler på det sprog. Skriv den.",
                en="The text is missing in that language. Write it.",
            )
            for pointer in pointers
        ]
        return cls(pointer=errors[0]["pointer"], count=len(errors), extra={"errors": errors})


class NothingToWithdraw(Conflict):
    """No period of the item lasts beyond the day."""

    code = "withdrawal.nothing_left"
    da = "Indholdet gælder ikke længere på den dag, så der er intet at trække tilbage. Hent det for at se perioden."
    en = "The item is no longer valid on that day, so there is nothing to withdraw. Fetch it to see when it ended."


class WithdrawalInPast(Invalid):
    """A withdrawal cannot begin in the past: plans were checked against what was valid."""

    code = "withdrawal.in_past"
    da = "Indhold kan ikke trækkes tilbage fra en dag, der er gået. Vælg i dag eller en senere dag."
    en = "A withdrawal cannot take effect on days that have passed. Choose today or a later day."


class WithdrawalLater(Invalid):
    """An item of a kind that is hidden when withdrawn cannot be withdrawn from a later day."""

    code = "withdrawal.at_once"
    da = "En prøvehandling trækkes tilbage med det samme. Udelad valid_to, eller skriv dags dato."
    en = "A trial action is withdrawn at once. Leave valid_to out, or give today's date."


def field_error(pointer: str, code: str, *, da: str, en: str) -> dict[str, Any]:
    """One entry of a problem's ``errors``, about the body."""
    return {"pointer": pointer, "in": "body", "code": code, "messages": {"da": da, "en": en}}
