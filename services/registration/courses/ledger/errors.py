"""Refusals about the ledger."""

from libs.shared.base.errors import NotFound


class PupilNotFound(NotFound):
    """No such pupil in a course, or one whom the caller may not see."""

    code = "pupil.not_found"
    da = "Eleven er ikke i et forløb på en af dine skoler. Kontrollér elevens id."
    en = "The pupil is in no course of one of your schools. Check the pupil's id."
