"""A document of the search: the texts that are searched, and the values that filters compare."""

from dataclasses import dataclass

from services.intervention_catalog.content.models.shared import ContentText


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a document. ``name`` is the field it comes from; a match in a higher ``weight`` (from
    1) scores more.
    """

    name: str
    text: ContentText
    weight: int


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A document. Filters compare its sets; a filter on a set that is empty excludes the document.

    ``kind`` is ``intervention_type``, ``support_level``, ``trial_action`` or ``recommendation``. ``levels`` are ids of
    the support ladder, ``municipalities`` three digits. ``ALL_SUBJECTS`` among ``subjects`` passes every filter on
    subjects.
    """

    kind: str
    id: str
    title: ContentText
    passages: tuple[Passage, ...]
    themes: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    municipalities: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Unique across kinds: kind and id, such as ``trial_action/odder``."""
        return f"{self.kind}/{self.id}"


ALL_SUBJECTS = "all"
# Passages of at least this weight are names: a query that consists of the whole name ranks the document higher.
NAME_WEIGHT = 3
# These passages are searched but never shown as fragments: they classify the document ("Trial action") or repeat
# the title.
LABELS = frozenset({"kind", "audience", "title"})
