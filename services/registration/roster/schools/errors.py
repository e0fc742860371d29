"""Refusals about schools and their numbers."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class SchoolNotFound(NotFound):
    """No such school, or one that is not the caller's."""

    code = "school.not_found"
    da = "Skolen findes ikke, eller du har ikke adgang til den. Find dens id i listen over skoler."
    en = "The school does not exist, or is not yours to see. Find its id in the list of schools."


class SchoolUnknown(Invalid):
    """The body names a school that does not exist or is not the caller's."""

    code = "school.unknown"
    da = "Skolen findes ikke, eller du har ikke adgang til den. Brug et id fra listen over skoler."
    en = "The school does not exist, or is not yours to see. Use an id from the list of schools."


class NumberNotDecided(NotFound):
    """The secretariat has decided nothing about the number."""

    code = "institution.not_decided"
    da = "Der er ikke truffet nogen afgørelse om nummeret. Se i listen over institutionsnumre, hvem der bruger det."
    en = "Nothing was decided about the number. See in the list of institution numbers who uses it."


class InstitutionInRegister(Conflict):
    """The number to be decided about is in the register."""

    code = "institution.in_register"
    da = "Nummeret står i det indlæste register, som bestemmer. Ret registeret, og indlæs det igen."
    en = "The number stands in the register that is loaded, which decides. Correct the register and load it again."
