"""Refusals about allocations."""

from libs.shared.base.errors import Conflict, NotFound


class AllocationNotFound(NotFound):
    """No allocation has the number."""

    code = "allocation.not_found"
    da = "Der er ingen fordeling med det nummer. Find nummeret i listen over fordelinger."
    en = "There is no allocation with that number. Find the number in the list of allocations."


class NobodyAccepted(Conflict):
    """No municipality has accepted."""

    code = "allocation.nobody_accepted"
    da = "Ingen kommune har sagt ja, så puljen kan ikke fordeles. Vent på svar."
    en = "No municipality has accepted, so the pool cannot be divided. Wait for answers."


class AnswersMissing(Conflict):
    """Some municipalities have not answered."""

    code = "allocation.answers_missing"
    da = "Kommunerne {codes} har ikke svaret. Vent på deres svar, eller fordel uden dem med leave_out_unanswered: true."
    en = (
        "Municipalities {codes} have not answered. Wait for them, or divide without them by leave_out_unanswered: true."
    )


class PoolTooSmall(Conflict):
    """More was released than the pool has."""

    code = "allocation.pool_too_small"
    da = "Der er frigivet {released} kr., mere end puljen. Forhøj puljen."
    en = "{released} kr. have been released, more than the pool. Increase the pool."


class AllocationUnchanged(Conflict):
    """The newest allocation would be repeated."""

    code = "allocation.unchanged"
    da = "Fordelingen ville blive den samme som nummer {number}. Den gælder stadig."
    en = "The allocation would be the same as number {number}, which still holds."
