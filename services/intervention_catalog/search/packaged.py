"""The packaged content as documents: what the index holds when nothing else was published."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel

from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.models.shared import Text
from services.intervention_catalog.content.references import rendered
from services.intervention_catalog.search.document import SearchDocument
from services.intervention_catalog.search.documents import of_level, of_recommendation, of_trial_action, of_type

_Model = TypeVar("_Model", bound=BaseModel)


def packaged_documents(content: Content, numbers: Mapping[str, Decimal]) -> Iterator[SearchDocument]:
    """Every document of the content files. Raises ``KeyError`` for a reference that leads nowhere."""
    actions, recommendations = content.trial_actions, content.recommendations
    action_themes = {each.id: each.name for each in actions.themes}
    recommendation_themes = {each.id: each.name for each in recommendations.themes}
    yield from (of_type(with_numbers(each, numbers)) for each in content.types.intervention_types)
    yield from (of_level(with_numbers(each, numbers)) for each in content.levels.support_levels)
    for action in actions.trial_actions:
        yield of_trial_action(with_numbers(action, numbers), action_themes)
    for recommendation in recommendations.recommendations:
        yield of_recommendation(with_numbers(recommendation, numbers), recommendation_themes)


def with_numbers(model: _Model, numbers: Mapping[str, Decimal]) -> _Model:
    """The model with every text rendered, at any depth."""
    return model.model_copy(update={
        name: _rendered(getattr(model, name), numbers) for name in type(model).model_fields
    })  # fmt: skip


def _rendered(value: object, numbers: Mapping[str, Decimal]) -> object:
    if isinstance(value, Text):
        return rendered(value, numbers)
    if isinstance(value, BaseModel):
        return with_numbers(value, numbers)
    if isinstance(value, tuple):
        return tuple(_rendered(each, numbers) for each in value)
    return value
