"""Who did something, without saying who: the keyed form of a token's ``sub``.

An issuer's ``sub`` may be an e-mail address or a user name, so it goes no further than the verifier of tokens. Columns,
logs and answers hold its keyed form, the same in all services: whoever has the key can tell whether a given person did
it, and nobody can read a person from it.
"""

import hmac

from libs.shared.privacy.keys import KeyRing, derive

_PURPOSE = b"subject v1"
_HEX_DIGITS = 32


class SubjectKeys:
    """Keyed forms of subjects: HMAC-SHA256, cut to 128 bits, under keys made for this purpose alone."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = derive(ring, _PURPOSE)
        self._active_id = ring.active_id

    def subject_key(self, sub: str) -> str:
        """``<key id>:<32 hex digits>`` by the active key: at most 65 characters, fit for columns and logs."""
        return self._form(self._active_id, sub)

    def former(self, sub: str) -> frozenset[str]:
        """The same by the ring's other keys: what was written before the last rotation."""
        return frozenset(self._form(key_id, sub) for key_id in self._keys if key_id != self._active_id)

    def _form(self, key_id: str, sub: str) -> str:
        digest = hmac.digest(self._keys[key_id], sub.encode("utf-8", "surrogatepass"), "sha256")
        return f"{key_id}:{digest.hex()[:_HEX_DIGITS]}"
