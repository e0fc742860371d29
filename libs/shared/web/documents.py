"""The body of every refusal: RFC 9457 with a stable code and both languages."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

PROBLEM_MEDIA_TYPE = "application/problem+json"


class Messages(BaseModel):
    """The same sentence in both languages."""

    da: str
    en: str


class FieldProblem(BaseModel):
    """One thing wrong with the request."""

    pointer: str = Field(description="JSON pointer into the part of the request that `in` names; empty for the whole.")
    in_: str = Field(alias="in", description="body, query, path, header or cookie")
    code: str = Field(description="Stable code of the error.")
    messages: Messages


class ProblemDocument(BaseModel):
    """Why the request was refused, for people in two languages and for programs by its code (RFC 9457)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:skoleloeft:problem:not_found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "Det findes ikke, eller du har ikke adgang til det. Kontrollér adressen.",
                    "instance": "urn:skoleloeft:request:4bf92f3577b34da6a3ce929d0e0e4736",
                    "code": "not_found",
                    "messages": {
                        "da": "Det findes ikke, eller du har ikke adgang til det. Kontrollér adressen.",
                        "en": "It does not exist, or you have no access to it. Check the address.",
                    },
                    "correlation_id": "4bf92f3577b34da6a3ce929d0e0e4736",
                }
            ]
        },
    )

    type: str = Field(description="URI of the kind of problem; it ends with the code.")
    title: str = Field(description="The HTTP status in words.")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="The message in the language of Accept-Language; Danish by default.")
    instance: str = Field(description="URI of this occurrence; it ends with the correlation id.")
    code: str = Field(description="Stable code, for programs.")
    messages: Messages
    correlation_id: str = Field(description="Quote it when asking for help.")
    pointer: str | None = Field(default=None, description="JSON pointer to the field that is wrong, if it is one.")
    errors: list[FieldProblem] | None = Field(default=None, description="Every field that is wrong, where known.")


def title_of(status: int) -> str:
    """The phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def problem_body(
    *, status: int, code: str, messages: dict[str, str], language: str, correlation_id: str, extra: dict[str, Any]
) -> dict[str, Any]:
    """A problem document as JSON-ready values; extensions never replace a standard member."""
    return {name: value for name, value in extra.items() if value is not None} | {
        "type": f"urn:skoleloeft:problem:{code}",
        "title": title_of(status),
        "status": status,
        "detail": messages[language],
        "instance": f"urn:skoleloeft:request:{correlation_id}",
        "code": code,
        "messages": messages,
        "correlation_id": correlation_id,
    }
