"""Identifiers and names, each encrypted for the pupil it belongs to."""

from enum import StrEnum
from typing import overload
from uuid import UUID

from libs.shared.privacy.keys import Vault


class Sealed(StrEnum):
    """The encrypted columns of a pupil."""

    CPR_NUMBER = "cpr_number"
    UNI_LOGIN = "uni_login"
    LOCAL_ID = "local_id"
    NAME = "name"


class PupilVault:
    """Encrypts and decrypts a pupil's values; a value moved to another pupil or column cannot be decrypted."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @overload
    def seal(self, pupil_id: UUID, column: Sealed, text: str) -> bytes: ...
    @overload
    def seal(self, pupil_id: UUID, column: Sealed, text: str | None) -> bytes | None: ...
    def seal(self, pupil_id: UUID, column: Sealed, text: str | None) -> bytes | None:
        """The encrypted value; None for None."""
        return None if text is None else self._vault.encrypt(text.encode(), pupil_context(pupil_id, column))

    @overload
    def open(self, pupil_id: UUID, column: Sealed, sealed: bytes) -> str: ...
    @overload
    def open(self, pupil_id: UUID, column: Sealed, sealed: bytes | None) -> str | None: ...
    def open(self, pupil_id: UUID, column: Sealed, sealed: bytes | None) -> str | None:
        """The decrypted value; None for None. Raises ``Undecryptable``."""
        return None if sealed is None else self._vault.decrypt(sealed, pupil_context(pupil_id, column)).decode()


def pupil_context(pupil_id: UUID, column: Sealed) -> bytes:
    """The context to which a pupil's encrypted value is bound."""
    return f"pupil/{pupil_id}/{column.value}".encode()
