"""A pupil's absence: spells of whole and half days on school days, drawn at random; the seed has the pupil's number."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from libs.shared.values.absence import CATEGORIES, Category

# Gamma with shape 2 and scale 0.03: a mean of 6 % and some 15 % of the pupils at 10 % or more.
_SHAPE, _SCALE, _MOST = 2.0, 0.03, 0.5
_CATEGORY_WEIGHTS = (60, 30, 10)
_SPELLS, _SPELL_WEIGHTS = (1, 2, 3, 5), (55, 25, 12, 8)
_MEAN_SPELL = sum(s * w for s, w in zip(_SPELLS, _SPELL_WEIGHTS, strict=True)) / sum(_SPELL_WEIGHTS)
_HALF_DAYS = 0.12


@dataclass(frozen=True, slots=True)
class Absent:
    """One day's absence; ``halves`` is 1 for half a day and 2 for a whole."""

    day: date
    category: Category
    halves: Literal[1, 2]

    @property
    def days(self) -> str:
        """The number of days as text, as in "0.5"."""
        return "1" if self.halves == 2 else "0.5"


def share(seed: int, number: int, grade: int) -> float:
    """The share of school days on which the pupil is expected to be absent; it rises a little with the grade."""
    own = random.Random(f"{seed}|share|{number}").gammavariate(_SHAPE, _SCALE)
    return min(_MOST, own * (0.91 + 0.02 * grade))


def draw(seed: int, number: int, grade: int, year: int, days: Sequence[date]) -> list[Absent]:
    """The pupil's absence in a school year, ascending, at most one row per date.

    Memory and time depend on the absence and not on the school days, because only the gaps between spells are drawn.
    """
    chance = random.Random(f"{seed}|absence|{number}|{year}")
    absent_share = share(seed, number, grade) / (1 - _HALF_DAYS / 2)
    begin = absent_share / (_MEAN_SPELL - absent_share * (_MEAN_SPELL - 1))
    rows: list[Absent] = []
    at = _gap(chance, begin)
    while at < len(days):
        length = chance.choices(_SPELLS, _SPELL_WEIGHTS)[0]
        category = chance.choices(CATEGORIES, _CATEGORY_WEIGHTS)[0]
        spell = days[at : at + length]
        rows.extend(Absent(day, category, 1 if chance.random() < _HALF_DAYS else 2) for day in spell)
        at += length + _gap(chance, begin)
    return rows


def _gap(chance: random.Random, begin: float) -> int:
    """School days until the next spell, when each day begins one with the probability ``begin``."""
    return int(math.log(1 - chance.random()) / math.log(1 - begin))
