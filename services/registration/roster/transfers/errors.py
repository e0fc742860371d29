"""Refusals about pupils whom two schools claim."""

from libs.shared.base.errors import Invalid, NotFound


class ConflictNotFound(NotFound):
    """No such conflict, or one that is not the caller's."""

    code = "membership_conflict.not_found"
    da = "Modstriden findes ikke, eller du har ikke adgang til den. Hent listen igen; skolerne kan have rettet den."
    en = "The conflict does not exist, or is not yours to see. Read the list again; the schools may have corrected it."


class ConflictOtherSchool(Invalid):
    """The decision names a school that is not part of the conflict."""

    code = "membership_conflict.other_school"
    da = "Skolen er ikke en af de to, der har eleven på de samme dage. Skriv institutionsnummeret på en af dem."
    en = "The school is neither of the two that have the pupil on the same days. Give the number of one of them."
