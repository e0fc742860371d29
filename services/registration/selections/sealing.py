"""The texts of a decision, encrypted for the selection they belong to."""

from uuid import UUID

from libs.shared.privacy.keys import Vault


class SelectionVault:
    """Seals and opens texts; one moved to another selection or column cannot be opened."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def seal(self, selection_id: UUID, column: str, words: str) -> bytes:
        """The encrypted text."""
        return self._vault.encrypt(words.encode(), selection_context(selection_id, column))

    def open(self, selection_id: UUID, column: str, sealed: bytes) -> str:
        """The text. Raises ``Undecryptable``."""
        return self._vault.decrypt(sealed, selection_context(selection_id, column)).decode()


def selection_context(selection_id: UUID, column: str) -> bytes:
    """What a text of a selection is bound to."""
    return f"selection/{selection_id}/{column}".encode()
