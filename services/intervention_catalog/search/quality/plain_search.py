"""A plain search to compare with: every word is required, stemmed in Danish, without folding or synonyms."""

import re
from collections import Counter
from collections.abc import Iterable

from services.intervention_catalog.content.words import folded
from services.intervention_catalog.search.danish.stemming import snowball
from services.intervention_catalog.search.danish.stop_words import STOP_WORDS
from services.intervention_catalog.search.index.search_document import SearchDocument


class PlainSearch:
    """Ranks like a database's Danish full text search: by the number of occurrences, then by key."""

    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self._counts = {
            each.key: Counter(stemmed for passage in each.passages for stemmed in _stems(passage.text.da))
            for each in documents
        }

    def ranking(self, query: str) -> list[str]:
        """The keys of the documents that have every word, best first."""
        wanted = frozenset(_stems(query))
        found = [
            (-sum(counts[each] for each in wanted), key)
            for key, counts in self._counts.items()
            if wanted and all(each in counts for each in wanted)
        ]
        return [key for _, key in sorted(found)]


def _stems(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return [snowball(word, "da") for word in words if folded(word) not in STOP_WORDS["da"]]
