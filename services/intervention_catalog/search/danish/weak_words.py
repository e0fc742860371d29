"""Recognises weak words in any inflection."""

from typing import Final

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, stem
from services.intervention_catalog.search.danish.stop_words import WEAK_WORDS

_STEMS: Final = {language: frozenset(stem(word, language) for word in WEAK_WORDS[language]) for language in LANGUAGES}


def is_weak(word: str, language: Language) -> bool:
    """Whether the folded word is a weak word of the language, in any inflection (``sikrer`` as ``sikre``)."""
    return stem(word, language) in _STEMS[language]
