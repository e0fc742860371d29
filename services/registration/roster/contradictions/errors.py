"""Refusals about contradicting identifiers."""

from libs.shared.base.errors import NotFound


class PupilConflictNotFound(NotFound):
    """No such conflict, or one that is not the caller's."""

    code = "pupil_conflict.not_found"
    da = "Modstriden findes ikke, eller du har ikke adgang til den. Hent listen igen; eleverne kan være flettet siden."
    en = "The conflict does not exist, or is not yours to see. Read the list again; the pupils may have been merged."
