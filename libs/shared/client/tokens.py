"""The sources of access tokens."""

import asyncio
import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote_plus, urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from libs.shared.client.errors import AnswerUnknown, NotReached, TokenRefused

EARLY_SECONDS = 30.0
"""Seconds before its expiry at which a token is renewed, so that it does not expire in transit."""
_DEFAULT_SECONDS = 300.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Token(BaseModel):
    """An access token and the moment it expires, in seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    value: str
    expires_at: float

    def good(self, now: float) -> bool:
        """Whether it can still be used."""
        return now < self.expires_at - EARLY_SECONDS


class TokenSource(Protocol):
    """Gives tokens and renews them."""

    async def token(self) -> str:
        """A token that can be used now."""

    async def renewed(self, refused: str) -> str | None:
        """A token other than the one that a service has just refused; None if there is no other."""


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A given token that cannot be renewed."""

    value: str = field(repr=False)

    async def token(self) -> str:
        """See ``TokenSource``."""
        return self.value

    async def renewed(self, refused: str) -> str | None:
        """See ``TokenSource``."""
        del refused
        return None


class _TokenAnswer(BaseModel):
    access_token: str
    expires_in: float = _DEFAULT_SECONDS


class _Discovery(BaseModel):
    issuer: str
    token_endpoint: str


async def token_endpoint_of(http: httpx.AsyncClient, issuer: str) -> str:
    """The issuer's address for tokens, by its own OpenID Connect discovery document.

    Raises ``NotReached``, ``TokenRefused`` or ``AnswerUnknown``; the last also for an address without TLS that is not
    on this machine, since the secret would travel in the clear.
    """
    address = issuer.rstrip("/") + "/.well-known/openid-configuration"
    require_secure(address)
    found = await _answered(http, "GET", address)
    try:
        document = _Discovery.model_validate_json(found.content)
    except ValidationError:
        raise AnswerUnknown(address=address, why="token_endpoint") from None
    if document.issuer.rstrip("/") != issuer.rstrip("/"):
        raise AnswerUnknown(address=address, why=f"issuer {document.issuer}")
    require_secure(document.token_endpoint)
    return document.token_endpoint


def require_secure(address: str) -> None:
    """Raises ``AnswerUnknown`` for an address that is neither HTTPS nor on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise AnswerUnknown(address=address, why="https")


class ClientCredentials:
    """Tokens by the client credentials grant (RFC 6749, section 4.4), renewed before they expire.

    ``parameters`` are sent with the grant, such as ``scope`` or others that an issuer requires. ``on_new`` is called
    with every new token, so that it can be stored.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        endpoint: str,
        client_id: str,
        secret: str,
        *,
        parameters: Mapping[str, str] | None = None,
        kept: Token | None = None,
        on_new: Callable[[Token], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._http = http
        self._endpoint = endpoint
        # RFC 6749, section 2.3.1: both are form-encoded before they are joined.
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
        self._headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        self._form = {"grant_type": "client_credentials", **(parameters or {})}
        self._kept = kept
        self._on_new = on_new
        self._clock = clock
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """See ``TokenSource``. Raises ``NotReached``, ``TokenRefused`` or ``AnswerUnknown``."""
        async with self._lock:
            if self._kept is None or not self._kept.good(self._clock()):
                self._kept = await self._fetched()
            return self._kept.value

    async def renewed(self, refused: str) -> str | None:
        """See ``TokenSource``. Several requests that are refused together cause one renewal."""
        async with self._lock:
            if self._kept is None or self._kept.value == refused:
                self._kept = await self._fetched()
            return self._kept.value if self._kept.value != refused else None

    async def _fetched(self) -> Token:
        answer = await _answered(self._http, "POST", self._endpoint, data=self._form, headers=self._headers)
        try:
            found = _TokenAnswer.model_validate_json(answer.content)
        except ValidationError:
            raise AnswerUnknown(address=self._endpoint, why="access_token") from None
        token = Token(value=found.access_token, expires_at=self._clock() + found.expires_in)
        self._on_new(token)
        return token


async def _answered(
    http: httpx.AsyncClient,
    method: str,
    address: str,
    *,
    data: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    try:
        response = await http.request(method, address, data=data, headers=headers, follow_redirects=False)
    except (httpx.TransportError, httpx.InvalidURL) as failure:
        raise NotReached(service="issuer", address=address, why=type(failure).__name__) from failure
    if not response.is_success:
        # The answer's text may repeat what was sent, so only the status and the standard's own code are shown.
        raise TokenRefused(why=f"{response.status_code} {_oauth_code(response)}".strip())
    return response


def _oauth_code(response: httpx.Response) -> str:
    try:
        found = response.json()
    except ValueError:
        return ""
    code = found.get("error") if isinstance(found, dict) else None
    return code if isinstance(code, str) and code.replace("_", "").isalpha() and len(code) < 40 else ""
