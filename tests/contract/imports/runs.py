"""The number of random scripts: a test run plays a few that are always the same, ``SKOLELOEFT_FULL=1`` plays many new
ones. With ``SKOLELOEFT_SCRIPTS=100`` and ``--hypothesis-seed=3`` as well, it plays 100 scripts from that seed, so that
a run can be split into parts, and a part can be repeated.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

FULL = os.environ.get("SKOLELOEFT_FULL") == "1"
TIMEOUT = pytest.mark.timeout(3600 if FULL else 600)


def runs(full: int, short: int = 8) -> settings:
    """Settings for ``full`` or ``short`` numbers of scripts. Only full runs shrink a failing script, because that takes
    long.
    """
    return settings(
        max_examples=int(os.environ.get("SKOLELOEFT_SCRIPTS", full)) if FULL else short,
        derandomize=not FULL,
        database=None,
        deadline=None,
        phases=(Phase.generate, *((Phase.shrink,) if FULL else ())),
        suppress_health_check=list(HealthCheck),
    )
