import os
import time

import pytest

from benchmarks.__main__ import BENCHMARKS, BY_NAME
from benchmarks.stages import STAGES, Meter, told


def work(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_stage_within_another_is_counted_once_and_the_rest_is_what_no_stage_took():
    meter = Meter()
    meter.start([], receive=0.5)
    work(0.02)
    with meter.stage("apply"):
        work(0.04)
        with meter.stage("outbox"):
            work(0.08)
    meter.stop()
    taken = {name: each[0] for name, each in meter.seconds.items()}
    assert taken["receive"] == 0.5
    assert 0.02 <= taken["rest"] < taken["apply"] < taken["outbox"] < 0.12


def test_a_process_of_the_server_is_counted_beside_ours():
    meter = Meter()
    meter.start([os.getpid()], receive=0)
    with meter.stage("judge"):
        work(0.05)
    meter.stop()
    ours, servers = meter.seconds["judge"]
    assert servers >= 0.9 * ours > 0


def test_what_a_thread_does_beside_is_counted_as_its_own_stage_even_if_it_fails():
    meter = Meter()

    def fail():
        work(0.02)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - ours
        meter.in_thread(fail, "parse")()
    assert meter.seconds["parse"][0] >= 0.02


def test_microseconds_per_row_are_told_for_every_stage_and_add_up():
    line = told({"parse": [0.2, 0.0], "outbox": [0.1, 0.4]}, 100_000)
    assert all(name in line for name in STAGES)
    assert "parse 2.0 + 0.0" in line
    assert "all 3.0 + 4.0 µs per row" in line


def test_what_takes_long_runs_by_its_name_alone():
    assert set(BENCHMARKS) >= BY_NAME
