"""Seals short values that callers receive and send back, so that only this platform can make, change or read them.

AES-SIV (RFC 5297) authenticates and encrypts without a nonce: the same value gives the same seal on every replica, so
an answer that contains one keeps its ETag.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from libs.shared.privacy.keys import KeyRing, Undecryptable, derive


class Seals:
    """Seals under keys of their own, made from a ring for one ``purpose``."""

    def __init__(self, ring: KeyRing, purpose: bytes) -> None:
        self._ciphers = {key_id: AESSIV(key) for key_id, key in derive(ring, purpose).items()}
        self._active = self._ciphers[ring.active_id]

    def seal(self, content: bytes, context: list[bytes]) -> str:
        """URL-safe text of the content; the same ``context`` is needed to open it. ``content`` is not empty."""
        sealed = self._active.encrypt(content, context)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, seal: str, context: list[bytes]) -> bytes:
        """The content. Raises ``Undecryptable`` for anything that was not sealed here with this context."""
        try:
            sealed = base64.b64decode(seal.encode("ascii") + b"=" * (-len(seal) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            raise Undecryptable("not a seal") from None
        for cipher in self._ciphers.values():
            try:
                return cipher.decrypt(sealed, context)
            except (InvalidTag, ValueError):
                continue
        raise Undecryptable("the seal was not made here, or belongs elsewhere")
