"""The filters of a search."""

from dataclasses import dataclass, fields

from services.intervention_catalog.search.index.search_document import ALL_SUBJECTS, SearchDocument


@dataclass(frozen=True, slots=True)
class Filters:
    """A document must have one of the values of every field that is not empty."""

    kinds: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    municipalities: frozenset[str] = frozenset()

    def passes(self, document: SearchDocument) -> bool:
        """Whether the document passes every filter."""
        if self.kinds and document.kind not in self.kinds:
            return False
        for each in fields(self):
            wanted = getattr(self, each.name)
            if each.name == "kinds" or not wanted:
                continue
            has = getattr(document, each.name)
            if not (wanted & has or (each.name == "subjects" and ALL_SUBJECTS in has)):
                return False
        return True


EVERYTHING = Filters()
