"""The keys of an issuer's published key set that may verify a signature here."""

from collections.abc import Mapping
from typing import Any

from jwt import PyJWK
from jwt.exceptions import PyJWTError

ALGORITHMS: Mapping[str, str] = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
"""Accepted signature algorithms and the type of key each needs. Symmetric ones are absent on purpose."""

MIN_RSA_BITS = 2048
MAX_KEYS = 100


class KeySet:
    """The asymmetric signature keys of a JWKS document; other keys are ignored. Raises ``ValueError`` for any other
    document.

    Parsed keys are cached, as parsing costs more than checking a signature.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        listed = document.get("keys")
        if not isinstance(listed, list):
            raise ValueError("a JWKS document has a list of keys")  # noqa: TRY004 - one error for any unusable answer
        self._published = {key.get("kid"): key for key in listed[:MAX_KEYS] if _may_verify(key)}
        self._built: dict[tuple[str | None, str], PyJWK | None] = {}

    def pick(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The key with that id if it fits the algorithm, else None. Without a key id it is the only key, if there is
        just one.
        """
        if key_id is None and len(self._published) == 1:
            key_id = next(iter(self._published))
        if key_id not in self._published or algorithm not in ALGORITHMS:
            return None
        if (key_id, algorithm) not in self._built:
            self._built[key_id, algorithm] = _build(self._published[key_id], algorithm)
        return self._built[key_id, algorithm]


def _may_verify(key: Any) -> bool:
    return (
        isinstance(key, dict)
        and key.get("kty") in ALGORITHMS.values()
        and key.get("use", "sig") == "sig"
        and isinstance(key.get("kid"), str | None)
    )


def _build(published: Mapping[str, Any], algorithm: str) -> PyJWK | None:
    if published.get("kty") != ALGORITHMS[algorithm] or published.get("alg", algorithm) != algorithm:
        return None
    try:
        key = PyJWK.from_dict(dict(published), algorithm=algorithm)
    except PyJWTError:
        return None
    too_short = ALGORITHMS[algorithm] == "RSA" and key.key.key_size < MIN_RSA_BITS
    return None if too_short else key
