"""Failures between a caller and the platform, each with a stable code and its text in Danish and English."""

import json
from typing import Any

import httpx

from libs.shared.base.errors import Problem
from libs.shared.rules.wording import Text

_LONGEST_TEXT = 300


class Refused(Exception):
    """The platform answered with a problem. Nothing of the request took effect, unless ``status`` is 500 or more.

    ``problem`` is the whole document. ``code`` and ``messages`` have values for every answer, also for one of a proxy,
    which has neither.
    """

    def __init__(self, response: httpx.Response) -> None:
        request = response.request
        self.status = response.status_code
        self.problem: dict[str, Any] = _document(response)
        self.code = str(self.problem.get("code", f"http.{self.status}"))
        self.messages = _messages(self.problem, self.status)
        super().__init__(f"{request.method} {request.url.path}: {self.status} {self.problem}")


class NotReached(Problem):
    """No answer was received on any attempt."""

    status = 503
    code = "client.not_reached"
    da = "{service} kan ikke nås på {address} ({why}). Kontrollér adressen og forbindelsen, og prøv igen."
    en = "{service} cannot be reached at {address} ({why}). Check the address and the connection, and try again."


class NotFinal(Problem):
    """The receipt was not final in time."""

    status = 503
    code = "client.not_final"
    da = (
        "Filen er modtaget (kvittering {receipt}), men er ikke færdig efter {seconds} sekunder. Se kvitteringen senere."
    )
    en = "The file is received (receipt {receipt}) but not done after {seconds} seconds. Look at the receipt later."


class TokenRefused(Problem):
    """The issuer gave no token."""

    status = 401
    code = "client.token_refused"
    da = "Udstederen af adgangstokens svarede {why}. Kontrollér klient-id, hemmelighed og udstederens adresse."
    en = "The issuer of tokens answered {why}. Check the client id, the secret and the issuer's address."


class AnswerUnknown(Problem):
    """The answer has a form that this version of the client does not know."""

    status = 502
    code = "client.answer_unknown"
    da = "Svaret fra {address} kan ikke læses ({why}). Kontrollér adressen; brug samme version som platformen."
    en = "The answer of {address} cannot be read ({why}). Check the address; use the version of the platform."


class FileChanged(Problem):
    """The length of the file changed while it was sent."""

    status = 409
    code = "client.file_changed"
    da = "{file} blev ændret, mens den blev sendt. Send den igen, når den er skrevet færdig."
    en = "{file} was changed while it was sent. Send it again when it is written."


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        found = None
    return found if isinstance(found, dict) else {"detail": response.text[:_LONGEST_TEXT]}


def _messages(problem: dict[str, Any], status: int) -> Text:
    told = problem.get("messages")
    if isinstance(told, dict) and isinstance(told.get("da"), str) and isinstance(told.get("en"), str):
        return Text(da=told["da"], en=told["en"])
    return Text(
        da=f"Serveren svarede med status {status} uden forklaring. Kontrollér adressen, eller prøv igen om lidt.",
        en=f"The server answered with status {status} and no explanation. Check the address, or try again shortly.",
    )
