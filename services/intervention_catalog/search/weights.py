"""What each way of matching counts for, relative to the word as typed. Found by measurement on the query sets."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """All between 0 and 1 but the last three, which say how the parts of a score are put together."""

    stem: float = 0.95
    relative: float = 0.6
    part: float = 0.5
    synonym: float = 0.7
    broader: float = 0.4
    one_letter: float = 0.85
    two_letters: float = 0.7
    other_language: float = 0.9
    known_compound: float = 0.4
    strong: float = 0.5
    own: float = 0.85
    own_rarity: float = 0.25
    tie: float = 0.1
    passage: float = 1.0


WEIGHTS: Final = Weights()
# What a hit counts for by the weight of its passage: body text, themes and labels, titles and names.
BY_PASSAGE: Final[dict[int, float]] = {1: 1.0, 2: 1.15, 3: 1.3}
