"""The title and the best fragments of a document, with the words that match the query marked.

The answer is text in segments and never HTML: the caller that shows it must escape it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.intervention_catalog.content.words import words_in
from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.index.corpus_terms import CorpusTerms
from services.intervention_catalog.search.index.lexicon import Form
from services.intervention_catalog.search.index.search_document import LABELS, SearchDocument
from services.intervention_catalog.search.query.concepts import Concept, QueryAnalysis
from services.intervention_catalog.search.showing.fragments import Mark, fragment_of

MOST_FRAGMENTS = 3
_Wanted = dict[Form, dict[str, tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; ``is_match`` if it matches the query."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Highlight:
    """A passage or a fragment of it. Its segments joined are the text, with ``…`` where the passage was cut."""

    name: str
    segments: tuple[Segment, ...]


def highlighted(
    document: SearchDocument, analysis: QueryAnalysis, language: Language, corpus: CorpusTerms
) -> tuple[Highlight, ...]:
    """The whole title, then up to three fragments of passages, the highest score first.

    If no passage matches in that language, the only fragment is the beginning of the first passage, unmarked.
    """
    wanted = _wanted(analysis, language)
    title = getattr(document.title, language)
    found = [Highlight("title", _segments(title, 0, len(title), tuple(_marks(title, wanted, language, corpus))))]
    ranked = []
    passages = [passage for passage in document.passages if passage.name not in LABELS]
    for number, passage in enumerate(passages):
        text = getattr(passage.text, language)
        marks = tuple(_marks(text, wanted, language, corpus))
        start, stop, told = fragment_of(text, marks)
        if told:
            ranked.append((-told, number, Highlight(passage.name, _segments(text, start, stop, marks))))
    if not ranked and passages:
        text = getattr(passages[0].text, language)
        start, stop, _ = fragment_of(text, ())
        return (*found, Highlight(passages[0].name, _segments(text, start, stop, ())))
    return (*found, *(each for _, _, each in sorted(ranked, key=lambda one: one[:2])[:MOST_FRAGMENTS]))


def _wanted(analysis: QueryAnalysis, language: Language) -> _Wanted:
    """The terms that match, by form and text, each with the number of its concept and its score."""
    wanted: _Wanted = {form: {} for form in Form}

    def add(number: int, concept: Concept, share: float) -> None:
        for expansion in concept.expansions:
            told = share * expansion.weight * expansion.idf
            if expansion.term.language == language:
                those = wanted[expansion.term.form]
                if told > those.get(expansion.term.text, (0, 0.0))[1]:
                    those[expansion.term.text] = (number, told)
        for part in concept.parts:
            add(number, part, share * concept.share)

    for number, concept in enumerate(analysis.concepts):
        add(number, concept, 1.0)
    return wanted


def _marks(text: str, wanted: _Wanted, language: Language, corpus: CorpusTerms) -> Iterator[Mark]:
    """The matching words in the order of the text."""
    words = list(words_in(text))
    entries = [corpus.lexicon.entry(each.word, language) for each in words]
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    by_word, by_stem, by_part, by_phrase = (wanted[form] for form in (Form.WORD, Form.STEM, Form.PART, Form.PHRASE))
    for place, entry in enumerate(entries):
        if entry.word in by_word:
            found[place].append(by_word[entry.word])
        if entry.stem in by_stem:
            found[place].append(by_stem[entry.stem])
        found[place] += [by_part[part] for part in sorted(entry.parts) if part in by_part]
    if by_phrase:
        for key, places in corpus.lexicon.phrases_in(entries, language):
            for place in places if key in by_phrase else ():
                found[place].append(by_phrase[key])
    for place, hits in sorted(found.items()):
        if hits:
            number, told = max(hits, key=lambda hit: (hit[1], -hit[0]))
            yield Mark(words[place].start, words[place].stop, number, told)


def _segments(text: str, start: int, stop: int, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """The text from start to stop as segments."""
    pieces = [Segment("… " if start else "", is_match=False)]
    at = start
    for mark in marks:
        if start <= mark.start and mark.stop <= stop:
            pieces += [
                Segment(text[at : mark.start], is_match=False),
                Segment(text[mark.start : mark.stop], is_match=True),
            ]
            at = mark.stop
    pieces += [Segment(text[at:stop], is_match=False), Segment(" …" if stop < len(text) else "", is_match=False)]
    return tuple(_joined([piece for piece in pieces if piece.text]))


def _joined(pieces: Sequence[Segment]) -> Iterator[Segment]:
    """The pieces, with consecutive pieces that do not match joined."""
    pending = ""
    for piece in pieces:
        if piece.is_match:
            if pending:
                yield Segment(pending, is_match=False)
            pending = ""
            yield piece
        else:
            pending += piece.text
    if pending:
        yield Segment(pending, is_match=False)
