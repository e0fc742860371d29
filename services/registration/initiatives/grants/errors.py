"""Refusals about grants and what is passed on."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class NotAccepted(Conflict):
    """The municipality does not take part."""

    code = "grant.not_accepted"
    da = "Kommunen deltager ikke i initiativet, så der er intet tilskud. Registrér dens svar først."
    en = "The municipality does not take part in the initiative, so there is no grant. Record its answer first."


class NotAllocated(Conflict):
    """The pool has not been divided since the municipality accepted."""

    code = "grant.not_allocated"
    da = "Puljen er ikke fordelt, siden kommunen sagde ja. Fordel den først."
    en = "The pool has not been divided since the municipality accepted. Divide it first."


class NotReleased(Conflict):
    """The grant was not released before, so only an approved project releases it."""

    code = "grant.not_released"
    da = "Tilskuddet frigives, når kommunens projektbeskrivelse godkendes. Godkend den først."
    en = "The grant is released when the municipality's project description is approved. Approve it first."


class NothingToRelease(Conflict):
    """All of the grant is released."""

    code = "grant.nothing_to_release"
    da = "Hele tilskuddet er frigivet."
    en = "All of the grant is released. There is nothing to do."


class SchoolNotOfMunicipality(Invalid):
    """A school that does not exist, or is another municipality's."""

    code = "passed_on.school_unknown"
    da = "Skolen findes ikke i kommunen. Brug et id fra listen over kommunens skoler."
    en = "The school is none of the municipality. Use an id from the list of its schools."


class GivenLater(Invalid):
    """A date that has not come."""

    code = "passed_on.given_later"
    da = "Beløbet kan ikke være givet senere end i dag. Ret given_on."
    en = "The amount cannot have been given later than today. Correct given_on."


class BalanceTooSmall(Conflict):
    """More than what is left of the released grant."""

    code = "passed_on.balance"
    da = "Af det frigivne tilskud er der {balance} kr. tilbage. Vælg et mindre beløb."
    en = "{balance} kr. are left of the released grant. Choose a smaller amount."


class EntryNotFound(NotFound):
    """No such entry, or one of another municipality."""

    code = "passed_on.not_found"
    da = "Posteringen findes ikke, eller du har ikke adgang til den. Find dens id i listen over kommunens posteringer."
    en = "The entry does not exist, or is not yours to see. Find its id in the list of the municipality's entries."


class EntryIsCorrection(Conflict):
    """The entry is itself a correction."""

    code = "passed_on.is_correction"
    da = "Posteringen er selv en rettelse. Ret den postering, som den retter."
    en = "The entry is itself a correction. Correct the entry that it corrects."
