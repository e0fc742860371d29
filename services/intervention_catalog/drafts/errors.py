"""Refusals about drafts."""

from collections.abc import Sequence
from typing import Any

from libs.shared.base.errors import Conflict, Forbidden, Invalid, NotFound


class DraftNotFound(NotFound):
    """The draft does not exist, or the caller may not see it."""

    code = "draft.not_found"
    da = "Kladden findes ikke, eller du har ikke adgang til den. Se listen under /v1/drafts."
    en = "The draft does not exist, or you have no access to it. See the list at /v1/drafts."


class DraftKindForbidden(Forbidden):
    """A municipality writes trial actions only; the other kinds are written by the secretariat."""

    code = "draft.kind_forbidden"
    da = "En kommune kan skrive prøvehandlinger. Andet indhold skriver sekretariatet; kontakt det."
    en = "A municipality can write trial actions. Other content is written by the secretariat; ask it."


class DraftMunicipalityUnknown(Invalid):
    """The content names a municipality that the caller does not write for."""

    code = "draft.municipality_unknown"
    da = "Kommunekoden er ikke en af dine. Skriv din egen kommunes kode i content.municipality.code."
    en = "The municipality code is not one of yours. Write your own municipality's in content.municipality.code."


class DraftItemUnknown(Invalid):
    """The content names an item that does not exist, or of which the caller may not write a new version."""

    code = "draft.item_unknown"
    da = "Det id findes ikke, eller det er ikke dit at ændre. Udelad id for at skrive noget nyt."
    en = "The id does not exist, or the item is not yours to change. Leave id out to write a new item."


class DraftItemChanged(Invalid):
    """A draft cannot be moved to another item."""

    code = "draft.item_changed"
    da = "Kladden handler om et andet id. Skriv det samme id som før, eller begynd en ny kladde."
    en = "The draft is about another id. Write the same id as before, or begin a new draft."


class DraftTooLong(Invalid):
    """The content is longer than an event can carry."""

    code = "draft.too_long"
    da = "Indholdet fylder mere end {limit} tegn. Gør det kortere."
    en = "The content is longer than {limit} characters. Shorten it."


class DraftContentInvalid(Invalid):
    """The content breaks a rule; ``errors`` lists every field."""

    code = "draft.content_invalid"
    da = "Indholdet kan ikke bruges, som det er. Ret de felter, der står under »errors«, og send igen."
    en = "The content cannot be used as it is. Correct the fields listed under 'errors' and send again."

    @classmethod
    def of(cls, errors: Sequence[dict[str, Any]]) -> "DraftContentInvalid":
        """The refusal with its entries."""
        return cls(pointer=errors[0]["pointer"], extra={"errors": list(errors)})


class DraftPublished(Conflict):
    """A published draft is never changed."""

    code = "draft.published"
    da = (
        "Kladden er udgivet og kan ikke længere ændres. Begynd en ny kladde med samme id, eller træk indholdet tilbage."
    )
    en = "The draft is published and can no longer be changed. Create a new draft with that id, or withdraw the item."


class DraftOwn(Conflict):
    """The person who changed the draft last or submitted it cannot publish it: a second person must read what everybody
    will read.
    """

    code = "draft.own"
    da = "Du har selv skrevet eller indsendt kladden. En anden fra sekretariatet skal læse den igennem og udgive den."
    en = "You changed or submitted this draft yourself. Another person at the secretariat must read and publish it."


class DraftNotSubmitted(Conflict):
    """A municipality's draft is reviewed only after it was submitted."""

    code = "draft.not_submitted"
    da = "Kladden er ikke indsendt. Hent den igen; kommunen skal indsende den først."
    en = "The draft is not submitted. Fetch it again; the municipality has to submit it first."
