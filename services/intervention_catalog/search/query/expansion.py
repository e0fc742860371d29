"""The ways in which a text may speak of a word or phrase, each with its weight."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, stem
from services.intervention_catalog.search.danish.stop_words import STOP_WORDS
from services.intervention_catalog.search.danish.typos import meant
from services.intervention_catalog.search.index.corpus_terms import Term, Vocabulary
from services.intervention_catalog.search.index.lexicon import Form
from services.intervention_catalog.search.index.phrases import phrase_key
from services.intervention_catalog.search.query.concepts import Variant
from services.intervention_catalog.search.query.synonyms import Found, Phrase
from services.intervention_catalog.search.query.weights import WEIGHTS


def of_word(word: str, vocabulary: Vocabulary, language: Language) -> Iterator[Variant]:
    """The word itself, its other forms, compounds with it, and relatives; ``language`` is the one it is likely in."""
    for each in LANGUAGES:
        if word in STOP_WORDS[each] and word not in STOP_WORDS[language]:
            continue  # "to" is two in Danish and nothing in English
        weight = 1.0 if each == language else WEIGHTS.other_language
        stemmed = stem(word, each)
        found = [
            Variant(Term(each, Form.WORD, word), weight),
            Variant(Term(each, Form.STEM, stemmed), weight * WEIGHTS.stem),
            Variant(Term(each, Form.NAME, stemmed), weight * WEIGHTS.stem),
            Variant(Term(each, Form.PART, stemmed), weight * WEIGHTS.part),
            *(
                Variant(Term(each, Form.STEM, relative), weight * WEIGHTS.relative)
                for relative in vocabulary.relatives(stemmed, each)
            ),
        ]
        yield from (variant for variant in found if variant.term in vocabulary)


def of_phrase(phrase: Phrase, vocabulary: Vocabulary, language: Language) -> Iterator[Variant]:
    """A single word's variants, or the phrase in either language."""
    if len(phrase) == 1:
        yield from of_word(phrase[0], vocabulary, language)
        return
    for each in LANGUAGES:
        for form in (Form.PHRASE, Form.NAME):
            term = Term(each, form, phrase_key(phrase, each))
            if term in vocabulary:
                yield Variant(term, 1.0)


def of_synonyms(found: Found, vocabulary: Vocabulary) -> Iterator[Variant]:
    """What means the same, and with less weight what is broader. A synonym may be in either language."""
    for phrases, weight in ((found.same, WEIGHTS.synonym), (found.broader, WEIGHTS.broader)):
        for phrase in phrases:
            for guess in LANGUAGES:
                yield from scaled(of_phrase(phrase, vocabulary, guess), weight)


def of_typo(word: str, vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    """The words that may have been meant, each with its weight."""
    return tuple(
        (known, WEIGHTS.one_letter if wrong == 1 else WEIGHTS.two_letters)
        for known, wrong in meant(word, vocabulary.words)
    )


def scaled(variants: Iterable[Variant], weight: float) -> Iterator[Variant]:
    """The variants with their weight reduced."""
    for variant in variants:
        yield replace(variant, weight=variant.weight * weight)


def best_of(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """Each way once with its highest weight, the heaviest first."""
    best: dict[Term, Variant] = {}
    for variant in variants:
        if variant.term not in best or best[variant.term].weight < variant.weight:
            best[variant.term] = variant
    return tuple(
        sorted(best.values(), key=lambda each: (-each.weight, each.term.language, each.term.form, each.term.text))
    )
