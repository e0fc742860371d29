"""Refusals that several parts of the room share."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class InitiativeNotFound(NotFound):
    """No such initiative, or one to which the caller's municipality is not invited."""

    code = "initiative.not_found"
    da = "Initiativet findes ikke, eller du har ikke adgang til det. Find dets id i listen over initiativer."
    en = "The initiative does not exist, or is not yours to see. Find its id in the list of initiatives."


class InitiativeClosed(Conflict):
    """The initiative is closed."""

    code = "initiative.closed"
    da = "Initiativet er afsluttet, og intet i det kan ændres. Kontakt sekretariatet, hvis noget er forkert."
    en = "The initiative is closed and nothing of it can be changed. Contact the secretariat if something is wrong."


class NotInvited(NotFound):
    """The municipality is not invited, or is not one of the caller's."""

    code = "invitation.not_found"
    da = "Kommunen er ikke inviteret til initiativet, eller du har ikke adgang til den. Kontrollér kommunekoden."
    en = "The municipality is not invited to the initiative, or is not yours to see. Check the municipality code."


class SharesMissing(Conflict):
    """No shares have been loaded."""

    code = "initiative.shares_missing"
    da = "Initiativet har endnu ingen andele. Indlæs kommunernes andele først."
    en = "The initiative has no shares yet. Load the municipalities' shares first."


class ReasonMissing(Invalid):
    """A decision outside the rule, or about an earlier one, without a reason."""

    code = "initiative.reason_missing"
    da = "Beslutningen kræver en begrundelse. Skriv den i »reason«."
    en = "The decision needs a reason. Write it in 'reason'."
