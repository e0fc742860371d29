"""What each way of matching counts for, relative to the word as typed. Found by measurement on the query sets."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """How sure each way of speaking of a word is, and how scores are put together."""

    # Another form of the word, a word of the same root, a compound with it.
    stem: float = 0.85
    relative: float = 0.6
    part: float = 0.5
    # What means the same, and what it is a kind of.
    synonym: float = 0.7
    broader: float = 0.4
    # A known word with one or two letters else.
    one_letter: float = 0.8
    two_letters: float = 0.65
    # The word in the language that the query is not in.
    other_language: float = 0.9
    # The parts of a compound or phrase that is known as a whole.
    known_compound: float = 0.35
    # A general word, beside one that is as rare and tells what is looked for.
    weak: float = 0.5
    # Ways at least so sure say how rare the concept is; those at least as sure as `own` are the word itself, and tell
    # so much of the difference between the concept's rarity and its own.
    strong: float = 0.5
    own: float = 0.8
    own_rarity: float = 0.25
    # A name that is the word and nothing else.
    whole_name: float = 1.1
    # What a second way of the same concept adds, and the best passage to the document as a whole.
    tie: float = 0.1
    passage: float = 1.5
    # What a document loses, but for its best passage, at each doubling of its length.
    length: float = 0.12


WEIGHTS: Final = Weights()
# What a hit counts for by the weight of its passage: body text, themes and labels, titles and names.
BY_PASSAGE: Final[dict[int, float]] = {1: 1.0, 2: 1.15, 3: 1.3}
