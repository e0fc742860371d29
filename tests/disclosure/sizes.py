"""The numbers of attempts: the short size for ``make test``, and the whole size for ``make disclosure``."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """The numbers of random and of large populations, of histories, and of planted cases of each part.

    ``utility``: the largest number of small and of large populations for measuring the share of figures shown.
    """

    populations: int
    large: int
    histories: int
    planted: int
    utility: int


SHORT = Size(populations=20, large=0, histories=4, planted=5, utility=10)
WHOLE = Size(populations=1_000, large=20, histories=150, planted=50, utility=150)
LEAST_WON = 0.95
"""The share of planted cases that the attacker must win with their part switched off."""


def of_test_run() -> Size:
    """The size for the tests: the short one, or the whole one with ``SKOLELOEFT_FULL=1``."""
    return WHOLE if os.environ.get("SKOLELOEFT_FULL") == "1" else SHORT
