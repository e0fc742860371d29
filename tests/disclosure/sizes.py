"""How much is attacked: the short size of ``make test``, and the whole of ``make disclosure``."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Random populations, and large ones; histories of several releases; planted cases of each part.

    ``utility``: at most so many small and so many large populations for the share of figures shown.
    """

    populations: int
    large: int
    histories: int
    planted: int
    utility: int


SHORT = Size(populations=60, large=0, histories=4, planted=6, utility=10)
WHOLE = Size(populations=1_000, large=20, histories=150, planted=50, utility=150)
LEAST_WON = 0.95
"""The share of planted cases that the attacker must win with their part switched off."""


def of_test_run() -> Size:
    """``SKOLELOEFT_FULL=1`` runs the whole of it in the tests too."""
    return WHOLE if os.environ.get("SKOLELOEFT_FULL") == "1" else SHORT
