"""The content that a draft may have. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from libs.shared.privacy.cpr_in_text import holds_cpr_number
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.drafts.errors import DraftContentInvalid, DraftTooLong
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.texts import unknown_references, words_in
from services.intervention_catalog.publications.errors import field_error

MOST_CHARACTERS = 200_000
"""The limit of a draft's content as JSON: far longer than any text for readers, and far shorter than
the largest event.
"""


class DraftState(StrEnum):
    """The state of a draft. A returned draft is changed and submitted again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """Which drafts a list has; None: all."""

    state: DraftState | None = None
    kind: Kind | None = None
    municipality_code: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a draft, and its period: ``valid_from`` inclusive, ``valid_to`` exclusive.

    Without ``valid_from`` it is valid from the day of publication.
    """

    kind: Kind
    content: dict[str, Any]
    valid_from: date | None
    valid_to: date | None

    @property
    def municipality_code(self) -> str | None:
        """The municipality that the content is about."""
        code = self.content.get("municipality", {}).get("code")
        return str(code) if code else None


def require_usable(written: Written, allowed: AllowedReferences) -> None:
    """Check the content beyond its model. Raises ``DraftTooLong``, or ``DraftContentInvalid`` with every field."""
    if len(json.dumps(written.content, ensure_ascii=False)) > MOST_CHARACTERS:
        raise DraftTooLong(pointer="/content", limit=MOST_CHARACTERS)
    if errors := [*_faults(written, allowed)]:
        raise DraftContentInvalid.of(errors)


def _faults(written: Written, allowed: AllowedReferences) -> Iterator[dict[str, Any]]:
    for each in words_in(written.content, "/content"):
        if holds_cpr_number(each.words):
            yield field_error(
                each.pointer,
                "text.identifier",
                da="Teksten indeholder noget, der ligner et CPR-nummer. Fjern det; kataloget kan læses af alle.",
                en="The text contains what looks like a CPR number. Remove it; everybody can read the catalog.",
            )
    for pointer in unknown_references(written.content, allowed.numbers):
        yield field_error(
            f"/content{pointer}",
            "text.reference_unknown",
            da="Teksten henviser i { } til et tal, som reglerne ikke har. Ret henvisningen, eller fjern den.",
            en="The text refers in { } to a number that the rules do not have. Correct the reference or remove it.",
        )
    for pointer, theme in _themes(written.content):
        if not allowed.has_theme(written.kind, theme):
            yield field_error(
                f"/content{pointer}",
                "theme.unknown",
                da="Temaet findes ikke. Vælg et fra /v1/themes.",
                en="There is no such theme. Choose one from /v1/themes.",
            )
    for number, variant in enumerate(written.content.get("variants", ())):
        entry = allowed.variants.get(variant["id"])
        its = (written.content["intervention_type"], written.content["letter"])
        if entry is None or (entry.intervention_type, entry.id[0]) != its:
            yield field_error(
                f"/content/variants/{number}/id",
                "variant.unknown",
                da="Indsatstypen har ingen variant med det id i reglerne. Vælg en variant, som reglerne har.",
                en="The rules have no variant of the intervention type with that id. Choose one that they have.",
            )


def _themes(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "theme" in content:
        yield "/theme", content["theme"]
    for number, theme in enumerate(content.get("themes", ())):
        yield f"/themes/{number}", theme
