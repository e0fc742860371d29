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
        return self._vault.encrypt(words.encode(), text_context(self._table, row_id, column))

    def open(self, row_id: UUID, column: str, sealed: bytes) -> str:
        """The text. Raises ``Undecryptable``."""
        return self._vault.decrypt(sealed, text_context(self._table, row_id, column)).decode()


def text_context(table: str, row_id: UUID, column: str) -> bytes:
    """The context to which a text of that row and column is bound."""
    return f"{table}/{row_id}/{column}".encode()
