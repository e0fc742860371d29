"""Refusals that several rooms share."""

from libs.shared.base.errors import NotFound


class MunicipalityNotFound(NotFound):
    """The municipality is not one of the caller's."""

    code = "municipality.not_found"
    da = "Kommunen findes ikke, eller du har ikke adgang til den. Kontrollér kommunekoden."
    en = "The municipality does not exist, or is not yours to see. Check the municipality code."
