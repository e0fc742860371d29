"""Turns the text of a bearer token into a principal, or into the refusal that names the failed check."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from typing import Any

import httpx
import jwt

from libs.shared.auth import refusals
from libs.shared.auth.issuers import refuse_unsafe_address
from libs.shared.auth.jwks import HttpJwks, IssuerMetrics, JwksSource
from libs.shared.auth.keys import ALGORITHMS
from libs.shared.auth.principal import Principal
from libs.shared.base.settings import Profile, SharedSettings
from libs.shared.base.tellable import SetUpFault
from libs.shared.privacy.keys import KeyRing
from libs.shared.privacy.subjects import SubjectKeys

AUDIENCE = "skoleloeft"
LEEWAY_SECONDS = 15
MAX_TOKEN_LENGTH = 8192
MAX_REMEMBERED = 1024
LATEST_EXPIRY = 2**40  # seconds; a later moment is an error and too large to compute with
_REQUIRED = ["exp", "iat", "iss", "aud", "sub"]


class TokenVerifier:
    """Verifies the tokens of one issuer.

    A verified token is cached by its hash until it expires, as long as its key is published, as checking the signature
    is the most expensive part of a small request. At most ``MAX_REMEMBERED`` are cached.
    """

    def __init__(
        self,
        issuer: str,
        jwks: JwksSource,
        *,
        audience: str = AUDIENCE,
        profile: Profile = Profile.PRODUCTION,
        leeway: float = LEEWAY_SECONDS,
        subjects: SubjectKeys | None = None,
    ) -> None:
        refuse_unsafe_address(issuer, profile)
        self._issuer = issuer
        self._jwks = jwks
        self._audience = audience
        self._profile = profile
        self._leeway = leeway
        # A ring of its own is for tests: other processes cannot compare its subjects.
        self._subjects = subjects or SubjectKeys(KeyRing.generate())
        self._remembered: OrderedDict[bytes, tuple[Principal, int, str | None, str]] = OrderedDict()

    async def prepare(self) -> None:
        """Fetch the issuer's keys once at the start. Raises ``IssuerRefused``. An unavailable issuer does not prevent
        the start.
        """
        await self._jwks.prepare()

    async def keep_fresh(self, stop: asyncio.Event) -> None:
        """Fetch the issuer's keys again before they are too old, until ``stop`` is set."""
        await self._jwks.keep_fresh(stop)

    async def verify(self, token: str) -> Principal:
        """The principal of a token. Raises one of the refusals (401), or ``IssuerUnreachable`` (503) without keys."""
        if not 0 < len(token) <= MAX_TOKEN_LENGTH:
            raise refusals.TokenInvalid
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._remembered.get(digest)
        if known is not None:
            principal, expires, key_id, algorithm = known
            if time.time() < expires + self._leeway and await self._jwks.key(key_id, algorithm) is not None:
                return principal
            self._remembered.pop(digest, None)
        return await self._verify_anew(token, digest)

    async def _verify_anew(self, token: str, digest: bytes) -> Principal:
        key_id, algorithm = _header(token)
        key = await self._jwks.key(key_id, algorithm)
        if key is None:
            raise refusals.TokenKeyUnknown
        claims = self._claims(token, key, algorithm)
        if self._profile is Profile.PRODUCTION and claims.get("dev") is True:
            raise refusals.TokenDevelopment
        principal = Principal.from_claims(claims, self._subjects)
        self._remembered[digest] = (principal, int(claims["exp"]), key_id, algorithm)
        while len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        return principal

    def _claims(self, token: str, key: jwt.PyJWK, algorithm: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway,
                options={"require": _REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            raise refusals.TokenExpired from None
        except jwt.ImmatureSignatureError:
            raise refusals.TokenNotYetValid from None
        except jwt.InvalidIssuerError:
            raise refusals.TokenIssuer from None
        except jwt.InvalidAudienceError:
            raise refusals.TokenAudience(audience=self._audience) from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
            raise refusals.TokenInvalid from None
        if int(claims["exp"]) > LATEST_EXPIRY:
            raise refusals.TokenInvalid
        return claims


def _header(token: str) -> tuple[str | None, str]:
    """The key id and algorithm that an unverified token names. Raises ``TokenInvalid`` for an algorithm that is not
    allowed.
    """
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise refusals.TokenInvalid from None
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise refusals.TokenInvalid
    return header.get("kid"), algorithm


def verifier_from_settings(
    shared: SharedSettings, client: httpx.AsyncClient, metrics: IssuerMetrics | None = None
) -> TokenVerifier:
    """The verifier that the settings describe. Raises ``IssuerRefused``, whose text is for ops."""
    if not shared.oidc_issuer:
        raise refusals.IssuerRefused(
            "SKOLELOEFT_OIDC_ISSUER is not set: name the OpenID issuer whose tokens this service shall trust"
        )
    if shared.oidc_jwks_url is not None:
        refuse_unsafe_address(shared.oidc_jwks_url, shared.profile)
    keys = HttpJwks(client, shared.oidc_issuer, jwks_url=shared.oidc_jwks_url, profile=shared.profile, metrics=metrics)
    return TokenVerifier(shared.oidc_issuer, keys, profile=shared.profile, subjects=subjects_from_settings(shared))


def subjects_from_settings(shared: SharedSettings) -> SubjectKeys:
    """The keyed forms of subjects, by the ring of the settings. Raises the errors of ``request_ring``."""
    return SubjectKeys(request_ring(shared))


def request_ring(shared: SharedSettings) -> KeyRing:
    """The ring that all services share. Raises ``SetUpFault`` if it is not set, ``KeyRingInvalid`` if it cannot be
    parsed.
    """
    if shared.request_keys is None:
        raise SetUpFault(
            "SKOLELOEFT_REQUEST_KEYS is not set: give all services the same key ring, written id:base64 (32 bytes)"
        )
    return KeyRing.parse(shared.request_keys.get_secret_value())
