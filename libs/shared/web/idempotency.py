"""``Idempotency-Key`` on routes that create: a request sent again after a time-out takes effect once.

See ``libs.shared.idempotency`` for what is kept and for how long.
"""

from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import AfterValidator, StringConstraints
from starlette.responses import Response

from libs.shared.idempotency.attempts import KEY_FORM, Asked
from libs.shared.privacy.free_text import require_free_text

_KEY = Header(
    alias="Idempotency-Key",
    description="One per thing to be created, such as a UUID; no identifier of a person. The same request with the "
    "same key within 7 days creates nothing more and gets the same answer; another request gets 409. / Én for hver "
    "ting, der skal oprettes, for eksempel et UUID; aldrig noget, der identificerer en person. Samme forespørgsel med "
    "samme nøgle inden for 7 dage opretter ikke mere og får samme svar; en anden forespørgsel får 409.",
    examples=["5f0e5c1c-3a55-4b0c-9d53-1f0f5d2a7c90"],
)


_Key = Annotated[str, StringConstraints(pattern=KEY_FORM), AfterValidator(require_free_text)]


async def _may(request: Request, idempotency_key: Annotated[_Key | None, _KEY] = None) -> Asked | None:
    return None if idempotency_key is None else await _asked(request, idempotency_key)


async def _must(request: Request, idempotency_key: Annotated[_Key, _KEY]) -> Asked:
    return await _asked(request, idempotency_key)


async def _asked(request: Request, key: str) -> Asked:
    target = f"{request.url.path}?{request.url.query}"
    return Asked.of(key, request.method, target, await request.body())


MayRepeat = Annotated[Asked | None, Depends(_may)]
"""The key may be left out."""
MustRepeat = Annotated[Asked, Depends(_must)]
"""The key is required, as creating the object twice does harm."""

LOCATED: dict[str, Any] = {
    "headers": {"Location": {"description": "The address of what was created.", "schema": {"type": "string"}}}
}
"""The OpenAPI description of an answer whose ``Location`` is set by ``located``."""


def located(response: Response, address: str) -> None:
    """Set the ``Location`` of what was created (RFC 9110, 10.2.2)."""
    response.headers["Location"] = address
