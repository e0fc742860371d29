"""The keyed form of a token's ``sub``: it identifies who did something only to holders of the key.

An issuer's ``sub`` may be an e-mail address or a user name, so only the verifier of tokens sees it. Columns, logs and
answers hold its keyed form, which is the same in all services: a holder of the key can check whether a given person did
something, and nobody can derive the person from it.
"""

import hmac

from libs.shared.privacy.keys import KeyRing, derive

_PURPOSE = b"subject v1"
_HEX_DIGITS = 32


class SubjectKeys:
    """Keyed forms of subjects: HMAC-SHA256, cut to 128 bits, under keys derived for this purpose only."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = derive(ring, _PURPOSE)
        self._active_id = ring.active_id

    def subject_key(self, sub: str) -> str:
        """``<key id>:<32 hex digits>`` by the active key: at most 65 characters, fit for columns and logs."""
        return self._form(self._active_id, sub)

    def former(self, sub: str) -> frozenset[str]:
        """The same by the ring's other keys, for subjects that were stored before a rotation."""
        return frozenset(self._form(key_id, sub) for key_id in self._keys if key_id != self._active_id)

    def _form(self, key_id: str, sub: str) -> str:
        digest = hmac.digest(self._keys[key_id], sub.encode("utf-8", "surrogatepass"), "sha256")
        return f"{key_id}:{digest.hex()[:_HEX_DIGITS]}"
