"""Refusals about municipalities."""

from libs.shared.base.errors import Conflict


class StatusFromInitiative(Conflict):
    """The municipality is invited to an initiative, whose answers decide its status."""

    code = "municipality.in_initiative"
    da = (
        "Kommunen er inviteret til et initiativ, og dens svar dér afgør, om den deltager. Registrér svaret på "
        "invitationen i stedet."
    )
    en = (
        "The municipality is invited to an initiative, and its answer there decides whether it takes part. Record the "
        "answer to the invitation instead."
    )
