"""What each way of matching counts for, relative to the word as typed. Found by measurement on the query sets."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """All between 0 and 1 but the last three, which say how the parts of a score are put together."""

    stem: float = 0.9
    relative: float = 0.6
    part: float = 0.6
    synonym: float = 0.75
    broader: float = 0.45
    one_letter: float = 0.85
    two_letters: float = 0.7
    other_language: float = 0.7
    known_compound: float = 0.5
    strong: float = 0.6
    own: float = 0.9
    own_rarity: float = 0.5
    tie: float = 0.1
    passage: float = 0.3


WEIGHTS: Final = Weights()
# What a hit counts for by the weight of its passage: body text, themes and labels, titles and names.
BY_PASSAGE: Final[dict[int, float]] = {1: 1.0, 2: 1.15, 3: 1.5}
