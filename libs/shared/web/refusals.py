"""The problems of HTTP itself."""

from libs.shared.base.errors import BadRequest, Invalid, Problem, Unavailable


class MethodNotAllowed(Problem):
    """The address exists, but not the method."""

    status = 405
    code = "method_not_allowed"
    da = "Adressen findes, men ikke med den metode. Se Allow-feltet i svaret."
    en = "The address exists, but not with this method. See the Allow header of the answer."


class BodyTooSlow(Problem):
    """The rest of the body did not arrive."""

    status = 408
    code = "body.too_slow"
    da = "Afsendelsen af indholdet gik i stå, eller den var for langsom. Kontrollér forbindelsen, og send det igen."
    en = "The body stopped arriving, or arrived too slowly. Check the connection and send it again."


class RequestInvalid(Invalid):
    """Parameters or body do not have the declared form; ``errors`` lists every field."""

    code = "request.invalid"
    da = "Forespørgslen har felter, der ikke kan bruges. Ret dem, der står under »errors«, og send igen."
    en = "The request has fields that cannot be used. Correct those listed under 'errors' and send again."


class TextNotStorable(Invalid):
    """The text contains a NUL character or another one that cannot be stored."""

    code = "text.not_storable"
    da = "En tekst indeholder et tegn, der ikke kan gemmes (for eksempel NUL). Fjern det og send igen."
    en = "A text holds a character that cannot be stored (such as NUL). Remove it and send again."


class PageTokenInvalid(BadRequest):
    """The token is no page token of this list."""

    code = "page_token.invalid"
    da = "Sidemærket hører ikke til denne liste. Begynd forfra uden page_token."
    en = "The page token does not belong to this list. Start again without page_token."

    def __init__(self) -> None:
        super().__init__(pointer="/page_token")


class Busy(Unavailable):
    """Two requests blocked each other; the same request will succeed in a moment."""

    code = "busy"
    da = "En anden ændring blokerede for denne. Prøv igen om et øjeblik."
    en = "Another change blocked this one. Try again in a moment."


class DependencyAway(Unavailable):
    """The database or another dependency cannot be reached."""

    code = "dependency.unavailable"
    da = "En del af tjenesten kan ikke nås lige nu. Prøv igen om lidt."
    en = "A part of the service cannot be reached right now. Try again shortly."


class HttpRefusal(Problem):
    """Any other status of the framework."""

    da = "Forespørgslen blev afvist (HTTP {number}). Kontrollér den mod dokumentationen under /docs."
    en = "The request was refused (HTTP {number}). Check it against the documentation at /docs."

    @classmethod
    def of(cls, number: int) -> Problem:
        """The problem for that status."""
        problem_class = type(f"HttpRefusal{number}", (cls,), {"status": number, "code": f"http.{number}"})
        made: Problem = problem_class(number=number)
        return made


class SubjectLimited(Problem):
    """The caller has sent too many requests."""

    status = 429
    code = "rate_limit.subject"
    da = "Du har sendt for mange forespørgsler på kort tid. Vent {seconds} sekunder, og send igen."
    en = "You have sent too many requests in a short time. Wait {seconds} seconds and send again."


class AddressLimited(Problem):
    """Too many requests without a valid token came from the address."""

    status = 429
    code = "rate_limit.address"
    da = (
        "Der er kommet for mange forespørgsler uden gyldigt adgangstoken fra denne adresse. Vent {seconds} sekunder, "
        "eller send et gyldigt token."
    )
    en = (
        "Too many requests without a valid access token have come from this address. Wait {seconds} seconds, or send a "
        "valid token."
    )


class Ambiguous(BadRequest):
    """A header that two readers could understand differently."""

    code = "request.ambiguous"
    da = "Forespørgslen kan læses på to måder: {header_da}. Send den med ét af dem."
    en = "The request can be read in two ways: {header_en}. Send it with one of them."
