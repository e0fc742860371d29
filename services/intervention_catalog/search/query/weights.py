"""How much each kind of match counts relative to the word as typed. Tuned on the development queries."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each kind of expansion, and the constants of the score."""

    # Another inflection of the word, a word with the same root, a compound that contains the word.
    stem: float = 0.85
    relative: float = 0.6
    part: float = 0.5
    # A synonym, and a broader term.
    synonym: float = 0.7
    broader: float = 0.4
    # A known word that differs by one or two letters.
    one_letter: float = 0.8
    two_letters: float = 0.65
    # The word in the language that is not the probable language of the query.
    other_language: float = 0.9
    # The sum of the parts of a compound or phrase that is itself a known term.
    known_compound: float = 0.35
    # A general word (`stop_words.WEAK_WORDS`).
    weak: float = 0.5
    # Expansions with a weight of at least `strong` decide a concept's IDF. Those of at least `own` are the typed word
    # itself: their IDF moves by the share `own_idf` from the concept's IDF towards the typed word's own.
    strong: float = 0.5
    own: float = 0.8
    own_idf: float = 0.25
    # A name that consists of nothing but the word or phrase.
    whole_name: float = 1.1
    # The share of its score that a second expansion of a concept adds (the tie breaker of a disjunction-max query), and
    # the weight of the best passage next to the whole document.
    tie: float = 0.1
    passage: float = 1.5
    # The length penalty per doubling of a document's length. The score of the best passage has none.
    length: float = 0.12


WEIGHTS: Final = Weights()
# The factor of a match by the weight of its passage: body text (1), themes and labels (2), titles and names (3).
BY_PASSAGE: Final[dict[int, float]] = {1: 1.0, 2: 1.15, 3: 1.3}
