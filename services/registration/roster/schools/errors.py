"""Refusals about schools."""

from libs.shared.base.errors import NotFound


class SchoolNotFound(NotFound):
    """No such school, or one that is not the caller's."""

    code = "school.not_found"
    da = "Skolen findes ikke, eller du har ikke adgang til den. Find dens id i listen over skoler."
    en = "The school does not exist, or is not yours to see. Find its id in the list of schools."


class MunicipalityNotFound(NotFound):
    """Not one of the caller's municipalities."""

    code = "municipality.not_found"
    da = "Kommunen findes ikke, eller du har ikke adgang til den. Kontrollér kommunekoden."
    en = "The municipality does not exist, or is not yours to see. Check the municipality code."
