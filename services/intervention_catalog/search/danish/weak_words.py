"""Whether a word says little about what is looked for, in any of its forms."""

from typing import Final

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, stem
from services.intervention_catalog.search.danish.stop_words import WEAK_WORDS

_STEMS: Final = {language: frozenset(stem(word, language) for word in WEAK_WORDS[language]) for language in LANGUAGES}


def is_weak(word: str, language: Language) -> bool:
    """Whether the folded word is a general one in the language: ``sikrer`` as ``sikre``."""
    return stem(word, language) in _STEMS[language]
