"""Problems: every refusal, with a stable code and its text in Danish and English.

A problem is raised where the rule is broken and becomes an RFC 9457 document at the HTTP edge only.
"""

from typing import Any, ClassVar


class Problem(Exception):
    """A refusal. Subclasses set the status, the stable code and both texts.

    The texts are ``str.format`` templates over ``params``; they say what is wrong *and* what to do, and never
    contain a value that identifies a person. ``pointer`` is a JSON pointer to the offending field, if any.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    da: ClassVar[str] = "Der skete en fejl hos os. Prøv igen, og henvis til korrelations-id."
    en: ClassVar[str] = "Something failed on our side. Try again and quote the correlation id."

    def __init__(self, *, pointer: str | None = None, extra: dict[str, Any] | None = None, **params: Any) -> None:
        super().__init__(self.code)
        self.pointer = pointer
        self.params = params
        self.extra = extra or {}

    @property
    def messages(self) -> dict[str, str]:
        """The text in Danish and English, filled in."""
        return {"da": self.da.format(**self.params), "en": self.en.format(**self.params)}

    def __str__(self) -> str:
        return f"{self.code}: {self.messages['en']}"


class Invalid(Problem):
    """The request is well-formed and breaks a rule."""

    status = 422
    code = "invalid"
    da = "Indholdet opfylder ikke reglerne. Ret felterne og send igen."
    en = "The content breaks a rule. Correct the fields and send again."


class BadRequest(Problem):
    """The request itself is malformed."""

    status = 400
    code = "bad_request"
    da = "Forespørgslen kan ikke læses. Ret den og send igen."
    en = "The request cannot be read. Correct it and send again."


class Unauthorised(Problem):
    """The request has no valid token."""

    status = 401
    code = "unauthorised"
    da = "Der mangler et gyldigt adgangstoken. Hent et nyt og prøv igen."
    en = "A valid access token is missing. Get a new one and try again."


class Forbidden(Problem):
    """The token is valid but does not permit this."""

    status = 403
    code = "forbidden"
    da = "Din rolle giver ikke adgang til dette. Kontakt din administrator."
    en = "Your role does not allow this. Ask your administrator."


class NotFound(Problem):
    """The object does not exist or belongs to another tenant; both get the same answer on purpose."""

    status = 404
    code = "not_found"
    da = "Det findes ikke, eller du har ikke adgang til det. Kontrollér adressen."
    en = "It does not exist, or you have no access to it. Check the address."


class Conflict(Problem):
    """The present state does not permit it."""

    status = 409
    code = "conflict"
    da = "Handlingen strider mod den nuværende tilstand. Hent den nyeste version og prøv igen."
    en = "The action conflicts with the current state. Fetch the latest version and try again."


class TooLarge(Problem):
    """The body is over the limit."""

    status = 413
    code = "too_large"
    da = "Indholdet er større end grænsen på {limit} bytes. Del det op."
    en = "The body is over the limit of {limit} bytes. Split it."


class UnsupportedMedia(Problem):
    """The content type is not one that is read here."""

    status = 415
    code = "unsupported_media_type"
    da = "Indholdstypen kan ikke læses. Brug {accepted}."
    en = "The content type cannot be read. Use {accepted}."


class Unavailable(Problem):
    """A dependency is unavailable; the same request may succeed later."""

    status = 503
    code = "unavailable"
    da = "Tjenesten er midlertidigt utilgængelig. Prøv igen om lidt."
    en = "The service is temporarily unavailable. Try again shortly."
