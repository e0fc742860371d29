import os

import pytest

from benchmarks.memory import proportional_set_size, pss_bytes

ROLLUP = """55d0c0a0e000-7ffd2b5f5000 ---p 00000000 00:00 0   [rollup]
Rss:              103424 kB
Pss:               98304 kB
Pss_Dirty:         81920 kB
"""


def test_the_proportional_set_size_is_read_and_not_the_resident_one():
    assert pss_bytes(ROLLUP) == 98304 * 1024


def test_an_account_without_it_is_refused():
    with pytest.raises(ValueError, match="Pss"):
        pss_bytes("Rss: 1 kB\nPss_Dirty: 1 kB\n")


def test_a_running_process_has_one():
    assert proportional_set_size(os.getpid()) > 1_000_000
