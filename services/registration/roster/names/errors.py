"""Refusals about protected names."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class PupilNotFound(NotFound):
    """No such pupil, or one whom the caller is not shown."""

    code = "pupil.not_found"
    da = "Eleven findes ikke, eller du har ikke adgang til eleven. Find elevens id i en af kommunens lister."
    en = "The pupil does not exist, or is not yours to see. Find the pupil's id in one of the municipality's lists."


class NameNotProtected(Conflict):
    """The name is shown anyway, so no disclosure is recorded."""

    code = "pupil.name_not_protected"
    da = "Elevens navn er ikke beskyttet. Det står i de lister, som viser navne; hent listen igen."
    en = "The pupil's name is not protected. It stands in the lists that show names; read the list again."


class CaseOfAnotherPupil(Invalid):
    """The case is not about this pupil."""

    code = "identity_case.other_pupil"
    da = "Sagen handler ikke om denne elev. Brug elevens id og sagens id fra samme linje i listen over sager."
    en = "The case is not about this pupil. Use the ids of the pupil and of the case from one line of the list."


class DisclosureNotFound(NotFound):
    """No such disclosure, or one that is not the caller's to see."""

    code = "name_disclosure.not_found"
    da = "Visningen af navnet findes ikke, eller du har ikke adgang til den. Find dens id i listen over visninger."
    en = "The disclosure does not exist, or is not yours to see. Find its id in the list of disclosures."
