"""Refusals about institution numbers."""

from libs.shared.base.errors import Conflict


class InstitutionInRegister(Conflict):
    """A decision about a number whose owner the register tells."""

    code = "institution.in_register"
    da = "Nummeret står i det indlæste register, som bestemmer. Ret registeret, og indlæs det igen."
    en = "The number stands in the register that is loaded, which decides. Correct the register and load it again."
