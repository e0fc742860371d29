"""What is searched: a document of either kind, with its texts and what it can be filtered by."""

from dataclasses import dataclass

from services.intervention_catalog.content.models.shared import Text


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a document. ``name`` is the field it came from; a higher ``weight`` (from 1) counts for more."""

    name: str
    text: Text
    weight: int


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A document. The sets are what it is filtered by; where one is empty, no filter on it finds the document.

    ``kind`` is ``intervention_type``, ``support_level``, ``trial_action`` or ``recommendation``. ``levels`` are ids of
    the support ladder, ``municipalities`` three digits. ``ALL_SUBJECTS`` among ``subjects`` passes every subject.
    """

    kind: str
    id: str
    title: Text
    passages: tuple[Passage, ...]
    themes: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    municipalities: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The document's name among all kinds, such as ``trial_action/odder``."""
        return f"{self.kind}/{self.id}"


ALL_SUBJECTS = "all"
# From this weight on a passage is a name: whoever types all of it means this document.
NAME_WEIGHT = 3
# Passages that say what a document is rather than tell something; they are searched and never shown as a fragment.
LABELS = frozenset({"kind", "audience", "title"})
