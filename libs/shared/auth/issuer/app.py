"""The issuer over HTTP: discovery, keys and tokens. It uses Starlette only, as it has three routes and no schema."""

import json
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from libs.shared.auth.issuer.signing import ALGORITHM, SigningKey
from libs.shared.auth.jwks import DEVELOPMENT_MARK
from libs.shared.auth.principal import Principal
from libs.shared.auth.refusals import TokenClaims
from libs.shared.auth.verifier import AUDIENCE
from libs.shared.privacy.keys import KeyRing
from libs.shared.privacy.subjects import SubjectKeys

DEFAULT_SECONDS = 8 * 3600
MAX_SECONDS = 30 * 24 * 3600
MAX_BODY = 16 * 1024
_ANY = SubjectKeys(KeyRing.generate())  # its result is discarded
_LISTS = ("roles", "municipality_codes", "institution_numbers")


class _Refused(ValueError):
    """The request for a token cannot be answered; the text is for a developer."""


def create_issuer(issuer: str, key: SigningKey) -> Starlette:
    """The development issuer as an ASGI application; ``issuer`` is the address under which services reach it."""
    base = issuer.rstrip("/")

    async def discovery(_: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": issuer,
                "jwks_uri": f"{base}/jwks",
                "token_endpoint": f"{base}/token",
                "response_types_supported": ["token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                DEVELOPMENT_MARK: True,
            }
        )

    async def jwks(_: Request) -> JSONResponse:
        return JSONResponse({"keys": [key.published()], DEVELOPMENT_MARK: True})

    async def token(request: Request) -> JSONResponse:
        try:
            wanted = await _wanted(request)
            seconds = _seconds(wanted.pop("ttl", DEFAULT_SECONDS))
            claims = _claims(wanted)
        except _Refused as refused:
            return JSONResponse({"error": "invalid_request", "error_description": str(refused)}, status_code=400)
        signed = key.token(claims, issuer=issuer, audience=AUDIENCE, seconds=seconds)
        return JSONResponse(
            {"access_token": signed, "token_type": "Bearer", "expires_in": seconds},
            headers={"Cache-Control": "no-store"},
        )

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discovery),
            Route("/jwks", jwks),
            Route("/token", token, methods=["POST"]),
        ]
    )


async def _wanted(request: Request) -> dict[str, Any]:
    """The fields of a form or a JSON object. Members of a list in a form are repeated fields, or separated by blanks or
    commas. Raises ``_Refused``.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise _Refused("the body is too large")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(body.decode("utf-8", "replace"), max_num_fields=50)
        return {
            name: " ".join(values).replace(",", " ").split() if name in _LISTS else values[-1]
            for name, values in form.items()
        }
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        raise _Refused("the body is neither a form nor JSON") from None
    if not isinstance(parsed, dict):
        raise _Refused("the body must be a JSON object")
    return parsed


def _seconds(ttl: Any) -> int:
    try:
        seconds = int(ttl)
    except (TypeError, ValueError):
        raise _Refused("ttl must be a number of seconds") from None
    if not 0 < seconds <= MAX_SECONDS:
        raise _Refused(f"ttl must be 1 to {MAX_SECONDS} seconds")
    return seconds


def _claims(wanted: dict[str, Any]) -> dict[str, Any]:
    claims = {name: wanted[name] for name in _LISTS if name in wanted}
    claims["sub"] = wanted.get("subject", "developer")
    try:
        Principal.from_claims(claims, _ANY)
    except TokenClaims as wrong:
        raise _Refused(f"{wrong.params['claim']} is not of the form it must have") from None
    return claims
