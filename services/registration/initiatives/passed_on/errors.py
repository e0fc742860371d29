"""Refusals about what is passed on."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


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
