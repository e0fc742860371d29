"""The issuer's key and the tokens signed with it."""

import base64
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "ES256"
_COORDINATE_BYTES = 32


@dataclass(frozen=True)
class SigningKey:
    """A P-256 key with the id it is published under (a digest of the public point)."""

    private: ec.EllipticCurvePrivateKey
    key_id: str

    @classmethod
    def fresh_or_kept(cls, directory: Path | None) -> "SigningKey":
        """The key stored in ``directory``; if there is none, a new one, stored there readable by its owner only.
        Without a directory a new key that is not stored. Raises ``ValueError`` for a stored key of another kind.
        """
        path = directory / "development-issuer.pem" if directory else None
        if path is not None and path.exists():
            loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
            if not isinstance(loaded, ec.EllipticCurvePrivateKey):
                raise ValueError(f"{path} holds a key of another kind; remove it")
            return cls._named(loaded)
        made = ec.generate_private_key(ec.SECP256R1())
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            pem = made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
        return cls._named(made)

    @classmethod
    def _named(cls, private: ec.EllipticCurvePrivateKey) -> "SigningKey":
        digest = hashes.Hash(hashes.SHA256())
        digest.update(
            private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
        )
        return cls(private, digest.finalize().hex()[:16])

    def published(self) -> dict[str, str]:
        """The public half as a JWK."""
        point = self.private.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": ALGORITHM,
            "kid": self.key_id,
            "x": _base64url(point.x),
            "y": _base64url(point.y),
        }

    def token(self, claims: dict[str, Any], *, issuer: str, audience: str, seconds: int) -> str:
        """A signed token with the given claims, valid for ``seconds`` from now and marked ``dev``."""
        now = int(time.time())
        standard = {
            "iss": issuer,
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "jti": str(uuid.uuid4()),
            "dev": True,
        }
        return jwt.encode(claims | standard, self.private, algorithm=ALGORITHM, headers={"kid": self.key_id})


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(_COORDINATE_BYTES, "big")).rstrip(b"=").decode()
