"""How many random scripts are played: a few that are always the same in a test run, many new ones with
``SKOLELOEFT_FULL=1``. ``SKOLELOEFT_SCRIPTS=100 … --hypothesis-seed=3`` beside it plays so many of the scripts that
begin at a seed, so that the many can be played in pieces and a piece can be played again.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

FULL = os.environ.get("SKOLELOEFT_FULL") == "1"
TIMEOUT = pytest.mark.timeout(3600 if FULL else 600)


def runs(full: int, short: int = 8) -> settings:
    """Settings for ``full`` or ``short`` scripts. Only the many are shrunk, which takes as long as they do."""
    return settings(
        max_examples=int(os.environ.get("SKOLELOEFT_SCRIPTS", full)) if FULL else short,
        derandomize=not FULL,
        database=None,
        deadline=None,
        phases=(Phase.generate, *((Phase.shrink,) if FULL else ())),
        suppress_health_check=list(HealthCheck),
    )
