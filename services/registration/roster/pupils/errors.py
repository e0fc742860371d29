"""Refusals about pupils and the cases of their identity."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class CaseNotFound(NotFound):
    """No such case, or one that is not the caller's."""

    code = "identity_case.not_found"
    da = "Sagen findes ikke, eller du har ikke adgang til den. Find dens id i listen over sager."
    en = "The case does not exist, or is not yours to see. Find its id in the list of cases."


class CaseDecided(Conflict):
    """The case already has another decision."""

    code = "identity_case.decided"
    da = (
        "Sagen er afgjort på den anden måde, og rækkerne er taget derefter. Er det forkert, så ret elevens id i "
        "kildesystemet, og send elevens rækker igen."
    )
    en = (
        "The case is decided the other way, and its rows are taken by that. If it is wrong, correct the pupil's id in "
        "the source system and send the pupil's rows again."
    )


class LocalIdsInvalid(Invalid):
    """One of the requested ids is not a valid id."""

    code = "local_id.invalid"
    da = "Et af de lokale id'er er ikke 1–64 synlige tegn. Ret det og søg igen."
    en = "One of the local ids is not 1–64 visible characters. Correct it and search again."
