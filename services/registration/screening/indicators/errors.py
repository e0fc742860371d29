"""Refusals about single results."""

from libs.shared.base.errors import Invalid, NotFound


class ResultNotFound(NotFound):
    """No such result, or one of a pupil who is not the caller's."""

    code = "indicator.not_found"
    da = "Resultatet findes ikke, eller du har ikke adgang til eleven. Kontrollér elevens id og resultatets adresse."
    en = "The result does not exist, or the pupil is not yours to see. Check the pupil's id and the result's address."


class ResultOfOnePupil(Invalid):
    """A row that names its pupil twice or not at all."""

    code = "indicator.one_pupil"
    da = "Angiv enten elevens CPR-nummer (cpr_number) eller elevens id (pupil_id)."
    en = "Give either the pupil's CPR number (cpr_number) or the pupil's id (pupil_id)."
