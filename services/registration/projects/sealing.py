"""Encrypts the description, the reasons and the remarks of a project for their rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from libs.shared.descriptions.description import Description
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.projects.tables import Project, ProjectStep, ProjectVersion


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a description; ``pointer`` names the field it is about, if it is about one."""

    text: str
    pointer: str | None = None


class ProjectTexts:
    """Seals and opens the texts of the tables of projects. Opening raises ``Undecryptable``."""

    def __init__(self, vault: Vault) -> None:
        self._projects = SealedTexts(vault, "project")
        self._versions = SealedTexts(vault, "project_version")
        self._steps = SealedTexts(vault, "project_step")

    def description(self, row: Project | ProjectVersion) -> Description:
        """The description; an empty one for a row without any."""
        words = self._open(row, "description")
        return Description() if words is None else Description.model_validate_json(words)

    def reasons(self, row: Project | ProjectVersion, column: str) -> dict[str, str]:
        """The written reasons by rule. A reason of before they were given by rule stands under ``*``."""
        words = self._open(row, column)
        if words is None:
            return {}
        try:
            found = json.loads(words)
        except ValueError:
            return {"*": words}
        return found if isinstance(found, dict) else {"*": words}

    def remarks(self, row: Project | ProjectVersion | ProjectStep) -> list[Remark]:
        """The remarks with which a version was returned, or what was said with a step."""
        words = self._open(row, "remarks")
        return [] if words is None else [Remark(**each) for each in json.loads(words)]

    def seal_description(self, row: Project | ProjectVersion, description: Description) -> bytes:
        """For the row's column ``description``."""
        return self._seal(row, "description", description.model_dump_json(exclude_defaults=True))

    def seal_reasons(self, row: Project | ProjectVersion, column: str, reasons: Mapping[str, str]) -> bytes | None:
        """For the row's column of reasons."""
        return self._seal(row, column, json.dumps(dict(reasons), ensure_ascii=False)) if reasons else None

    def seal_remarks(self, row: Project | ProjectVersion | ProjectStep, remarks: Sequence[Remark]) -> bytes | None:
        """For the row's column ``remarks``."""
        if not remarks:
            return None
        return self._seal(row, "remarks", json.dumps([asdict(each) for each in remarks], ensure_ascii=False))

    def copy(self, source: Project | ProjectVersion, target: Project | ProjectVersion, columns: Sequence[str]) -> None:
        """Encrypt the texts of one row again for the columns of another one."""
        for column in columns:
            words = self._open(source, column)
            setattr(target, column, None if words is None else self._seal(target, column, words))

    def _seal(self, row: Project | ProjectVersion | ProjectStep, column: str, words: str) -> bytes:
        texts, row_id = self._of(row)
        return texts.seal(row_id, column, words)

    def _open(self, row: Project | ProjectVersion | ProjectStep, column: str) -> str | None:
        sealed = getattr(row, column)
        if sealed is None:
            return None
        texts, row_id = self._of(row)
        return texts.open(row_id, column, sealed)

    def _of(self, row: Project | ProjectVersion | ProjectStep) -> tuple[SealedTexts, UUID]:
        if isinstance(row, Project):
            return self._projects, row.project_id
        return (self._versions, row.version_id) if isinstance(row, ProjectVersion) else (self._steps, row.step_id)
