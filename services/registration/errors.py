"""Refusals that several rooms share."""

from libs.shared.base.errors import NotFound


class MunicipalityNotFound(NotFound):
    """Not one of the caller's municipalities."""

    code = "municipality.not_found"
    da = "Kommunen findes ikke, eller du har ikke adgang til den. Kontrollér kommunekoden."
    en = "The municipality does not exist, or is not yours to see. Check the municipality code."
