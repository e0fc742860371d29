"""The catalog as it was at one revision, on one day, ready to be searched. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from libs.shared.observability.logs import get_logger
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.models.recommendations import Recommendation
from services.intervention_catalog.content.models.shared import Text
from services.intervention_catalog.content.models.support_levels import SupportLevel
from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.content.models.trial_actions import TrialAction
from services.intervention_catalog.kinds.published import PublishedType
from services.intervention_catalog.kinds.vocabulary import Vocabulary
from services.intervention_catalog.publications.domain import Publication, in_force
from services.intervention_catalog.search.document import SearchDocument
from services.intervention_catalog.search.documents import of_level, of_recommendation, of_trial_action, of_type
from services.intervention_catalog.search.index import SearchIndex

_log = get_logger("skoleloeft.search")

Themes = Mapping[str, Text]

_DOCUMENTS: Mapping[Kind, Callable[[dict[str, Any], Themes], SearchDocument]] = {
    Kind.INTERVENTION_TYPE: lambda content, _: of_type(PublishedType.model_validate(content)),
    Kind.SUPPORT_LEVEL: lambda content, _: of_level(SupportLevel.model_validate(content)),
    Kind.TRIAL_ACTION: lambda content, themes: of_trial_action(TrialAction.model_validate(content), themes),
    Kind.RECOMMENDATION: lambda content, themes: of_recommendation(Recommendation.model_validate(content), themes),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The index of what was in force on ``on`` at ``revision``, and the records it was made from by document key."""

    revision: int
    on: date
    index: SearchIndex
    documents: Mapping[str, SearchDocument]

    @classmethod
    def of(
        cls, revision: int, on: date, records: Iterable[Publication], vocabulary: Vocabulary, synonyms: Synonyms
    ) -> "Snapshot":
        """From every record published by the revision, sorted by kind and item."""
        documents = tuple(documents_of(records, on, vocabulary))
        return cls(revision, on, SearchIndex.of(documents, synonyms), {each.key: each for each in documents})


def documents_of(records: Iterable[Publication], on: date, vocabulary: Vocabulary) -> Iterator[SearchDocument]:
    """A document for each item in force on the day."""
    themes = {kind: {each.id: each.name for each in of_kind} for kind, of_kind in vocabulary.themes.items()}
    for (kind, item_id), group in groupby(records, key=lambda each: (each.kind, each.item_id)):
        record = in_force(group, on)
        if record is None:
            continue
        try:
            yield _DOCUMENTS[kind](record.content, themes.get(kind, {}))
        except (KeyError, ValidationError) as unreadable:
            # Published by another version of the program; it can be read by its address, and the rest be searched.
            _log.error("search.unreadable", kind=kind.value, item=item_id, failure=type(unreadable).__name__)
