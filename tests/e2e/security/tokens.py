"""Tokens as the issuer makes them, and every known way to forge them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from libs.shared.auth.issuer.signing import SigningKey

AUDIENCE = "skoleloeft"
ROLES = ("municipality_integration", "school", "resource_team", "secretariat", "evaluator", "auditor", "ops")


def _encoded(part: bytes | dict[str, Any]) -> bytes:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def raw_token(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None, digest: str = "sha256") -> str:
    """A token built without a library, because libraries refuse to; signed with HMAC or not signed."""
    body = _encoded(header) + b"." + _encoded(claims)
    signature = b"" if secret is None else _encoded(hmac.new(secret, body, getattr(hashlib, digest)).digest())
    return (body + b"." + signature).decode()


@dataclass(frozen=True)
class Forger:
    """Makes good and forged tokens. It knows the issuer's key, because some forgeries are correctly signed."""

    key: SigningKey
    issuer: str

    def claims(self, roles: Sequence[str], codes: Sequence[str], institutions: Sequence[str] = ()) -> dict[str, Any]:
        """Claims of a good token."""
        now = int(time.time())
        return {
            "sub": "visitor",
            "iss": self.issuer,
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "roles": list(roles),
            "municipality_codes": list(codes),
            "institution_numbers": list(institutions),
            "dev": True,
        }

    def valid(
        self, roles: Sequence[str], codes: Sequence[str], institutions: Sequence[str] = (), *, subject: str = "visitor"
    ) -> str:
        """A good token."""
        return self.signed(self.claims(roles, codes, institutions) | {"sub": subject})

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """Any claims, signed with the issuer's key."""
        return jwt.encode(claims, self.key.private, algorithm="ES256", headers={"kid": self.key.key_id, **header})

    def forgeries(self, roles: Sequence[str], codes: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """Name → (token, code of the refusal). Without a code any 401 about the token is correct."""
        claims = self.claims(roles, codes)
        return (
            dict(self._of_claims(claims))
            | dict(self._of_keys(claims))
            | dict(self._of_algorithms(claims))
            | dict(self._of_form(claims))
        )

    def _of_claims(self, good: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str | None]]]:
        now = int(time.time())
        changes: dict[str, tuple[dict[str, Any], str | None]] = {
            "expired": ({"exp": now - 3600}, "token.expired"),
            "expired a minute ago": ({"exp": now - 60}, "token.expired"),
            "not valid yet": ({"nbf": now + 3600}, "token.not_yet_valid"),
            "another issuer": ({"iss": "https://issuer.example"}, "token.issuer"),
            "the issuer with a slash": ({"iss": self.issuer + "/"}, "token.issuer"),
            "another audience": ({"aud": "skoleloeft-other"}, "token.audience"),
            "no audience in the list": ({"aud": []}, None),
            "the audience's beginning": ({"aud": "skole"}, "token.audience"),
            "an unknown role": ({"roles": ["admin"]}, "token.claims"),
            "no roles": ({"roles": []}, "token.claims"),
            "roles in one text": ({"roles": " ".join(good["roles"])}, "token.claims"),
            "a municipality that is a pattern": ({"municipality_codes": ["1%1"]}, "token.claims"),
            "municipalities joined by a comma": ({"municipality_codes": ["101,147"]}, "token.claims"),
            "a municipality with a line end": ({"municipality_codes": ["101\n"]}, "token.claims"),
            "municipalities in one text": ({"municipality_codes": "101"}, "token.claims"),
            "an institution that is a number": ({"institution_numbers": [101001]}, "token.claims"),
            "a subject that is a list": ({"sub": ["visitor"]}, None),
            "an expiry that is no number": ({"exp": "never"}, None),
            "an endless expiry": ({"exp": 10**30}, None),
        }
        for name, (change, code) in changes.items():
            yield name, (self.signed(good | change), code)
        for missing in ("exp", "iat", "iss", "aud", "sub"):
            without = {claim: value for claim, value in good.items() if claim != missing}
            yield f"without {missing}", (self.signed(without), None)

    def _of_keys(self, good: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str | None]]]:
        other = ec.generate_private_key(ec.SECP256R1())
        own = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(other.public_key()))

        def by(header: dict[str, Any], key: PrivateKeyTypes = other, algorithm: str = "ES256") -> str:
            return jwt.encode(good, key, algorithm=algorithm, headers=header)  # type: ignore[arg-type] # ec or rsa only

        kid = self.key.key_id
        yield "another key under the issuer's key id", (by({"kid": kid}), "token.invalid")
        yield "another key under its own id", (by({"kid": "mine"}), "token.key_unknown")
        yield "another key without an id", (by({}), None)
        yield "its own key in the header", (by({"kid": kid, "jwk": own}), "token.invalid")
        yield "its own key set's address", (by({"kid": kid, "jku": "http://127.0.0.1:9/jwks"}), "token.invalid")
        yield "a key id that is a path", (by({"kid": "../../dev/null"}), "token.key_unknown")
        rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        yield "RSA under the issuer's key id", (by({"kid": kid}, rsa_key, "RS256"), None)

    def _of_algorithms(self, good: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str | None]]]:
        public, kid = self.key.private.public_key(), self.key.key_id
        for name in ("none", "None", "NONE", "nOnE"):
            yield f"algorithm {name}", (raw_token({"alg": name, "typ": "JWT", "kid": kid}, good, None), "token.invalid")
        kept = self.signed(good).rpartition(".")[2]
        unsigned = raw_token({"alg": "none", "kid": kid}, good, None)
        yield "algorithm none with a signature", (unsigned + kept, "token.invalid")
        secrets = {
            "PEM": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "stripped PEM": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).strip(),
            "DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            "point": public.public_bytes(Encoding.X962, serialization.PublicFormat.UncompressedPoint),
            "JWK": json.dumps(self.key.published()).encode(),
            "empty": b"",
        }
        for name, secret in secrets.items():
            header = {"alg": "HS256", "typ": "JWT", "kid": kid}
            yield f"HS256 with the public key as {name}", (raw_token(header, good, secret), "token.invalid")
        long = raw_token({"alg": "HS512", "kid": kid}, good, secrets["PEM"], "sha512")
        yield "HS512 with the public key as PEM", (long, "token.invalid")
        yield "ES256 in the header, HMAC inside", (raw_token({"alg": "ES256", "kid": kid}, good, secrets["PEM"]), None)

    def _of_form(self, good: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str | None]]]:
        head, body, signature = self.signed(good).split(".")
        more = _encoded(good | {"roles": list(ROLES), "municipality_codes": ["101", "147"]}).decode()
        yield "claims changed after signing", (f"{head}.{more}.{signature}", "token.invalid")
        yield "no signature", (f"{head}.{body}.", "token.invalid")
        yield "half a signature", (f"{head}.{body}.{signature[:40]}", "token.invalid")
        yield "a signature of zeros", (f"{head}.{body}.{_encoded(bytes(64)).decode()}", "token.invalid")
        yield "no token at all", ("x", "token.invalid")
        yield "three empty parts", ("..", "token.invalid")
        yield "a token of four parts", (f"{head}.{body}.{signature}.{signature}", "token.invalid")
        yield "a header that is a list", (f"{_encoded(b'[]').decode()}.{body}.{signature}", "token.invalid")
        yield "a token over the limit", (f"{head}.{'A' * 9000}.{signature}", "token.invalid")
        yield "critical extension", (self.signed(good, crit=["exp2"], exp2=1), None)
