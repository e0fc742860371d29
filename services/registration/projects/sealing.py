"""Encrypts the reasons of a project for its row."""

from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.projects.tables import Project

REASONS = ("submit_reason", "approve_reason")


def sealed_reason(texts: SealedTexts, project: Project, column: str, reason: str | None) -> bytes | None:
    """The encrypted reason for its column."""
    return None if reason is None else texts.seal(project.project_id, column, reason)


def open_reason(texts: SealedTexts, project: Project, column: str) -> str | None:
    """The decrypted reason of a column. Raises ``Undecryptable``."""
    sealed = getattr(project, column)
    return None if sealed is None else texts.open(project.project_id, column, sealed)
