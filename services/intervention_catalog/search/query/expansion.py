"""Expands a word or phrase of a query to the index terms it is searched by, each with its weight."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, stem
from services.intervention_catalog.search.danish.stop_words import STOP_WORDS
from services.intervention_catalog.search.danish.typos import meant
from services.intervention_catalog.search.index.corpus_terms import CorpusTerms, Term
from services.intervention_catalog.search.index.lexicon import Form
from services.intervention_catalog.search.index.phrases import phrase_key
from services.intervention_catalog.search.query.concepts import Expansion
from services.intervention_catalog.search.query.synonyms import Found, Phrase
from services.intervention_catalog.search.query.weights import WEIGHTS


def of_word(word: str, corpus: CorpusTerms, language: Language) -> Iterator[Expansion]:
    """The word itself, its inflections, compounds that contain it, and words with the same root.

    ``language`` is the probable language of the query.
    """
    for each in LANGUAGES:
        if word in STOP_WORDS[each] and word not in STOP_WORDS[language]:
            continue  # "to" means two in Danish and is a function word in English
        weight = 1.0 if each == language else WEIGHTS.other_language
        stemmed = stem(word, each)
        found = [
            Expansion(Term(each, Form.WORD, word), weight),
            Expansion(Term(each, Form.STEM, stemmed), weight * WEIGHTS.stem),
            Expansion(Term(each, Form.NAME, stemmed), weight * WEIGHTS.stem),
            Expansion(Term(each, Form.PART, stemmed), weight * WEIGHTS.part),
            *(
                Expansion(Term(each, Form.STEM, relative), weight * WEIGHTS.relative)
                for relative in corpus.relatives(stemmed, each)
            ),
        ]
        yield from (expansion for expansion in found if expansion.term in corpus)


def of_phrase(phrase: Phrase, corpus: CorpusTerms, language: Language) -> Iterator[Expansion]:
    """The expansions of a single word, or the terms of a phrase in both languages."""
    if len(phrase) == 1:
        yield from of_word(phrase[0], corpus, language)
        return
    for each in LANGUAGES:
        for form in (Form.PHRASE, Form.NAME):
            term = Term(each, form, phrase_key(phrase, each))
            if term in corpus:
                yield Expansion(term, 1.0)


def of_synonyms(found: Found, corpus: CorpusTerms) -> Iterator[Expansion]:
    """Synonyms, and broader terms with less weight. A synonym may be in either language."""
    for phrases, weight in ((found.same, WEIGHTS.synonym), (found.broader, WEIGHTS.broader)):
        for phrase in phrases:
            for guess in LANGUAGES:
                yield from scaled(of_phrase(phrase, corpus, guess), weight)


def of_typo(word: str, corpus: CorpusTerms) -> tuple[tuple[str, float], ...]:
    """The known words that a misspelt word may stand for, each with its weight."""
    return tuple(
        (known, WEIGHTS.one_letter if wrong == 1 else WEIGHTS.two_letters) for known, wrong in meant(word, corpus.words)
    )


def scaled(expansions: Iterable[Expansion], weight: float) -> Iterator[Expansion]:
    """The expansions with their weights multiplied by ``weight``."""
    for expansion in expansions:
        yield replace(expansion, weight=expansion.weight * weight)


def best_of(expansions: Iterable[Expansion]) -> tuple[Expansion, ...]:
    """Each term once, with its highest weight; the highest weight first."""
    best: dict[Term, Expansion] = {}
    for expansion in expansions:
        if expansion.term not in best or best[expansion.term].weight < expansion.weight:
            best[expansion.term] = expansion
    return tuple(
        sorted(best.values(), key=lambda each: (-each.weight, each.term.language, each.term.form, each.term.text))
    )
