import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from libs.shared.auth.issuer.signing import SigningKey
from tests.factories.service import ISSUER


def claims(**changes: Any) -> dict[str, Any]:
    """Claims of a valid token; a change to None omits the claim."""
    now = int(time.time())
    good: dict[str, Any] = {
        "iss": ISSUER,
        "aud": "skoleloeft",
        "sub": "somebody",
        "iat": now,
        "exp": now + 60,
        "roles": ["school"],
        "municipality_codes": ["101"],
        "institution_numbers": ["101001"],
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


class Forge:
    """Makes valid and invalid tokens with one key."""

    def __init__(self) -> None:
        self.key = SigningKey.fresh_or_kept(None)

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.published()]}

    def sign(self, *, kid: str | None = None, **changes: Any) -> str:
        headers = {"kid": kid or self.key.key_id}
        return jwt.encode(claims(**changes), self.key.private, algorithm="ES256", headers=headers)

    def unsigned(self, algorithm: str) -> str:
        return f"{self._part({'alg': algorithm, 'kid': self.key.key_id})}.{self._part(claims())}."

    def confused(self) -> str:
        """A token signed with HS256, with the public key as the secret."""
        public = self.key.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        signed = f"{self._part({'alg': 'HS256', 'kid': self.key.key_id})}.{self._part(claims())}"
        return f"{signed}.{self._encode(hmac.new(public, signed.encode(), hashlib.sha256).digest())}"

    def _part(self, value: dict[str, Any]) -> str:
        return self._encode(json.dumps(value).encode())

    @staticmethod
    def _encode(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()


@pytest.fixture(scope="session")
def other_forge() -> Forge:
    return Forge()


@pytest.fixture
def good_claims() -> Callable[..., dict[str, Any]]:
    return claims
