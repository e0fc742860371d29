"""Conditional answers: a strong ETag of the content, and 304 if the caller has that content (RFC 9110, 13.1.2)."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel
from starlette.responses import Response

# Published content changes a few times a year; a reader learns of a change after at most a minute.
CACHE_CONTROL = "public, max-age=60"

IfNoneMatch = Annotated[
    str | None, Header(description="The `ETag` of an earlier answer; 304 without content if it is still so.")
]

_HEADERS = {
    "ETag": {"description": "Strong, from the content.", "schema": {"type": "string"}},
    "Cache-Control": {"schema": {"type": "string", "example": CACHE_CONTROL}},
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"headers": _HEADERS},
    304: {"description": "Not changed since the answer with that ETag.", "headers": _HEADERS},
}
"""The OpenAPI description of every conditional route."""


def conditional(content: BaseModel, if_none_match: str | None, **headers: str) -> Response:
    """200 with the content, or 304 if the caller named its ETag; ``headers`` go with both."""
    return conditional_body(content.model_dump_json().encode(), if_none_match, **headers)


def conditional_body(
    body: bytes, if_none_match: str | None, *, media_type: str = "application/json", **more: str
) -> Response:
    """The same for content that is already serialised."""
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL, **more}
    if _names(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _names(if_none_match: str | None, etag: str) -> bool:
    """Weak comparison, as RFC 9110 requires for If-None-Match."""
    given = [part.strip() for part in (if_none_match or "").split(",")]
    return "*" in given or any(part.removeprefix("W/") == etag for part in given)
