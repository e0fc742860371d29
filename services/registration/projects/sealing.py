"""The reasons of a project, sealed for its row."""

from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.projects.tables import Project

REASONS = ("submit_reason", "approve_reason")


def sealed_reason(texts: SealedTexts, project: Project, column: str, reason: str | None) -> bytes | None:
    """The reason as its column holds it."""
    return None if reason is None else texts.seal(project.project_id, column, reason)


def open_reason(texts: SealedTexts, project: Project, column: str) -> str | None:
    """The reason to be shown. Raises ``Undecryptable``."""
    sealed = getattr(project, column)
    return None if sealed is None else texts.open(project.project_id, column, sealed)
