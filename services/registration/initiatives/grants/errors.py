"""Refusals about grants."""

from libs.shared.base.errors import Conflict


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
