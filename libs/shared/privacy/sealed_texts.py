"""Texts about pupils, each encrypted for the row and the column it belongs to."""

from uuid import UUID

from libs.shared.privacy.keys import Vault


class SealedTexts:
    """Seals and opens the texts of one table; one moved to another row or column cannot be opened."""

    def __init__(self, vault: Vault, table: str) -> None:
        self._vault = vault
        self._table = table

    def seal(self, row_id: UUID, column: str, words: str) -> bytes:
        """The encrypted text."""
        return self._vault.encrypt(words.encode(), self._context(row_id, column))

    def open(self, row_id: UUID, column: str, sealed: bytes) -> str:
        """The text. Raises ``Undecryptable``."""
        return self._vault.decrypt(sealed, self._context(row_id, column)).decode()

    def resealed(self, row_id: UUID, column: str, sealed: bytes) -> bytes | None:
        """The same text by the active key; None if it is sealed by it already. Raises ``Undecryptable``."""
        if not self._vault.needs_rotation(sealed):
            return None
        return self.seal(row_id, column, self.open(row_id, column, sealed))

    def _context(self, row_id: UUID, column: str) -> bytes:
        return f"{self._table}/{row_id}/{column}".encode()
