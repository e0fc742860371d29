"""Refusals of idempotency keys."""

from libs.shared.base.errors import Conflict


class KeyReused(Conflict):
    """The key was used for another request."""

    code = "idempotency.key_reused"
    da = "Idempotency-Key er brugt til en anden forespørgsel. Vælg en ny nøgle til denne."
    en = "The Idempotency-Key was used for another request. Choose a new key for this one."


class StillRunning(Conflict):
    """The first request with the key has not ended. The answer says when to send it again."""

    code = "idempotency.in_progress"
    da = "En forespørgsel med samme Idempotency-Key er i gang. Send den igen om lidt med samme nøgle."
    en = "A request with the same Idempotency-Key is running. Send it again shortly with the same key."


class CreatedGone(Conflict):
    """The object that the first request created was deleted, or the caller no longer has access to it."""

    code = "idempotency.gone"
    da = (
        "Det, der blev oprettet med denne Idempotency-Key, er slettet siden, eller du har ikke længere adgang til det. "
        "Vælg en ny nøgle for at oprette det igen."
    )
    en = (
        "What was created with this Idempotency-Key has been deleted since, or is no longer yours to see. "
        "Choose a new key to create it again."
    )
