"""Makes search documents from published content, which is stored as plain JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.models.recommendations import Recommendation
from services.intervention_catalog.content.models.support_levels import SupportLevel
from services.intervention_catalog.content.models.trial_actions import TrialAction
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.published import PublishedType
from services.intervention_catalog.search.index.content_documents import (
    Themes,
    of_level,
    of_recommendation,
    of_trial_action,
    of_type,
)
from services.intervention_catalog.search.index.search_document import SearchDocument

ThemesByKind = Mapping[Kind, Themes]

_DOCUMENTS: Mapping[Kind, Callable[[dict[str, Any], Themes], SearchDocument]] = {
    Kind.INTERVENTION_TYPE: lambda content, _: of_type(PublishedType.model_validate(content)),
    Kind.SUPPORT_LEVEL: lambda content, _: of_level(SupportLevel.model_validate(content)),
    Kind.TRIAL_ACTION: lambda content, themes: of_trial_action(TrialAction.model_validate(content), themes),
    Kind.RECOMMENDATION: lambda content, themes: of_recommendation(Recommendation.model_validate(content), themes),
}


def themes_of(allowed: AllowedReferences) -> ThemesByKind:
    """The names of the themes by kind and id."""
    return {kind: {each.id: each.name for each in of_kind} for kind, of_kind in allowed.themes.items()}


def document_of(kind: Kind, content: dict[str, Any], themes: ThemesByKind) -> SearchDocument:
    """The search document of one published item.

    Raises ``pydantic.ValidationError`` for content that another version of the program published in a form which
    this version cannot read, and ``KeyError`` for a theme that no longer exists.
    """
    return _DOCUMENTS[kind](content, themes.get(kind, {}))
