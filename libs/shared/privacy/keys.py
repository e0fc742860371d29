"""Key rings that rotate, and the objects that use them. No error and no ``repr`` here shows key material."""

import base64
import binascii
import hmac
import os
import re
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from libs.shared.base.tellable import SetUpFault
from libs.shared.privacy.identifiers import IdentifierKind

KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", re.ASCII)
_VERSION = 1
_NONCE_BYTES = 12
_PREFIX_BYTES = 2


class KeyRingInvalid(SetUpFault):
    """The key ring's text cannot be parsed. Says which key is wrong, by position and id, and never shows the key."""


class Undecryptable(Exception):
    """A value that was changed, belongs to another place, or is encrypted with a key that is no longer on the ring."""


class KeyRing:
    """Named 32-byte keys. The first is active (used for new values); the others are there to read old values."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            raise KeyRingInvalid("a key ring needs at least one key, written id:base64")
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise KeyRingInvalid("a key's id is 1-32 of letters, digits, '.', '_' and '-'")
            if len(key) != KEY_BYTES:
                raise KeyRingInvalid(f"key '{key_id}' has {len(key)} bytes; it must have {KEY_BYTES}")
        self._keys = dict(keys)
        self.active_id = next(iter(self._keys))

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read ``id:base64,id2:base64``; the first is active. Raises ``KeyRingInvalid``."""
        keys: dict[str, bytes] = {}
        for place, part in enumerate(text.strip().split(","), start=1):
            key_id, colon, encoded = part.strip().partition(":")
            if not colon:
                raise KeyRingInvalid(f"key {place} is not written id:base64")
            if not _KEY_ID.fullmatch(key_id):
                raise KeyRingInvalid(f"key {place}: an id is 1-32 of letters, digits, '.', '_' and '-'")
            if key_id in keys:
                raise KeyRingInvalid(f"key {place}: the id '{key_id}' is used twice")
            try:
                keys[key_id] = base64.b64decode(
                    encoded, altchars=b"-_" if set(encoded) & set("-_") else None, validate=True
                )
            except (binascii.Error, ValueError):
                # "from None": the decoder's message may quote the material.
                raise KeyRingInvalid(f"key '{key_id}' is not base64") from None
        return cls(keys)

    @classmethod
    def generate(cls, key_id: str = "k1") -> "KeyRing":
        """A ring of one new random key."""
        return cls({key_id: os.urandom(KEY_BYTES)})

    def export(self) -> str:
        """The text that ``parse`` reads. It is for secret files, never for logs."""
        return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in self._keys.items())

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __getitem__(self, key_id: str) -> bytes:
        return self._keys[key_id]

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"


def derive(ring: KeyRing, purpose: bytes) -> dict[str, bytes]:
    """The keys derived for one purpose, by id of the ring's keys. So one ring can serve several purposes."""
    return {
        key_id: HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"skoleloeft " + purpose).derive(
            ring[key_id]
        )
        for key_id in ring
    }


def _frame(*parts: bytes) -> bytes:
    """Joins parts so that different lists never give the same bytes: each part is preceded by its length."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


class Vault:
    """Values encrypted one by one with AES-256-GCM.

    Layout: version (1 byte), length of the key id (1), key id, nonce (12, random), ciphertext with tag. The head of the
    layout and the caller's ``context`` (such as table, column and row) are authenticated, so that a value moved to
    another place cannot be decrypted.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in derive(ring, b"vault v1").items()}
        self._active_id = ring.active_id
        key_id = self._active_id.encode()
        # Made once, as files contain many thousands of values.
        self._active_head = bytes((_VERSION, len(key_id))) + key_id
        self._active_frame = _frame(self._active_head)
        self._active = self._ciphers[self._active_id]

    def encrypt(self, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt with the active key; the same ``context`` is needed to decrypt."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._active_head + nonce + self._active.encrypt(nonce, plaintext, self._active_frame + _frame(context))

    def decrypt(self, sealed: bytes, context: bytes) -> bytes:
        """The plaintext. Raises ``Undecryptable`` for a changed value, another context or an unknown key."""
        key_id, head = self._head(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise Undecryptable(f"key '{key_id}' is not on the ring")
        nonce = sealed[len(head) : len(head) + _NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[len(head) + _NONCE_BYTES :], _frame(head, context))
        except (InvalidTag, ValueError):
            raise Undecryptable("the value was changed or belongs elsewhere") from None

    def needs_rotation(self, sealed: bytes) -> bool:
        """Whether the value is encrypted with a key other than the active one."""
        return self._head(sealed)[0] != self._active_id

    def _head(self, sealed: bytes) -> tuple[str, bytes]:
        if sealed.startswith(self._active_head):
            return self._active_id, self._active_head
        if len(sealed) < _PREFIX_BYTES or sealed[0] != _VERSION:
            raise Undecryptable("not a value of this vault")
        head = sealed[: _PREFIX_BYTES + sealed[1]]
        try:
            key_id = head[_PREFIX_BYTES:].decode("ascii")
        except UnicodeDecodeError:
            raise Undecryptable("not a value of this vault") from None
        if not _KEY_ID.fullmatch(key_id):
            raise Undecryptable("not a value of this vault")
        return key_id, head


class LookupKeys:
    """Keyed hashes of incoming identifiers: HMAC-SHA256(key, kind | municipality | normalised identifier).

    The municipality is left out for CPR number and UNI-Login, which identify the same person everywhere; a local id is
    valid in its municipality only. Identifiers must be normalised (``identifiers.normalise``).
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._begun: dict[tuple[str, IdentifierKind, str], hmac.HMAC] = {}
        self.active_id = ring.active_id

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The keys on the ring, the active one first."""
        return tuple(self._ring)

    def by(self, key_id: str) -> "LookupKeys":
        """The same keys with this one active. Raises ``Undecryptable`` if it is not on the ring."""
        if key_id not in self._ring:
            raise Undecryptable(f"key '{key_id}' is not on the ring")
        other = LookupKeys(self._ring)
        other.active_id = key_id
        return other

    def value(self, kind: IdentifierKind, identifier: str, municipality_code: str) -> tuple[str, str]:
        """(key id, 64 hex digits) by the active key."""
        return self.active_id, self._hex(self.active_id, kind, identifier, municipality_code)

    def all_values(self, kind: IdentifierKind, identifier: str, municipality_code: str) -> list[tuple[str, str]]:
        """The same by every key on the ring, the active one first; a pupil event contains all of them."""
        return [(key_id, self._hex(key_id, kind, identifier, municipality_code)) for key_id in self._ring]

    def _hex(self, key_id: str, kind: IdentifierKind, identifier: str, municipality_code: str) -> str:
        scope = municipality_code if kind is IdentifierKind.LOCAL_ID else ""
        # The part that all identifiers of a kind share is hashed once, as files contain many thousands of them.
        begun = self._begun.get((key_id, kind, scope))
        if begun is None:
            begun = hmac.new(self._ring[key_id], _frame(kind.value.encode(), scope.encode()), "sha256")
            self._begun[key_id, kind, scope] = begun
        digest, encoded = begun.copy(), identifier.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)  # as ``_frame`` does
        return digest.hexdigest()


class BlindIndex:
    """Finds an encrypted value: HMAC-SHA256 under a key derived for this purpose, per named field."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = derive(ring, b"blind index v1")
        self.active_id = ring.active_id

    def value(self, field: str, normalised: str) -> tuple[str, str]:
        """(key id, 64 hex digits) by the active key, to be stored next to the encrypted value."""
        return self.active_id, self._hex(self.active_id, field, normalised)

    def all_values(self, field: str, normalised: str) -> list[tuple[str, str]]:
        """The same by every key on the ring; a search compares with all of them during a rotation."""
        return [(key_id, self._hex(key_id, field, normalised)) for key_id in self._keys]

    def _hex(self, key_id: str, field: str, normalised: str) -> str:
        return hmac.digest(self._keys[key_id], _frame(field.encode(), normalised.encode()), "sha256").hex()


class Fingerprints:
    """Keyed digests of whole files and of rows' keys, to compare them without storing them.

    They are keyed, as the content of a plain hash of a small file of CPR numbers could be found by trying all numbers.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._keys = derive(ring, b"fingerprint v1")
        self.active_id = ring.active_id

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._keys

    def start(self, key_id: str) -> "hmac.HMAC":
        """A running HMAC-SHA256. Raises ``KeyError`` for a key that is not on the ring."""
        return hmac.new(self._keys[key_id], digestmod="sha256")

    def of_text(self, purpose: str, text: str) -> str:
        """``<key id>:<64 hex digits>`` by the active key, to recognise a text that is not stored."""
        return self._of_text(self.active_id, purpose, text)

    def former(self, purpose: str, text: str) -> list[str]:
        """The same by the ring's other keys, for texts that were recorded before a rotation."""
        return [self._of_text(key_id, purpose, text) for key_id in self._keys if key_id != self.active_id]

    def _of_text(self, key_id: str, purpose: str, text: str) -> str:
        return f"{key_id}:{hmac.digest(self._keys[key_id], _frame(purpose.encode(), text.encode()), 'sha256').hex()}"

    def short(self, key_id: str, data: bytes) -> int:
        """64 bits of HMAC-SHA256 as a signed number, to distinguish the values of one file."""
        return int.from_bytes(hmac.digest(self._keys[key_id], data, "sha256")[:8], "big", signed=True)
