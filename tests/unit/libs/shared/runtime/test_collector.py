"""The garbage collector of a service's process."""

import gc
from collections.abc import Iterator

import pytest

from libs.shared.runtime.collector import YOUNG, calm_collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_a_batch_of_rows_is_not_gone_through_again_and_again_while_it_is_made() -> None:
    calm_collector()
    assert gc.get_freeze_count() > 0
    before = [generation["collections"] for generation in gc.get_stats()]
    rows = [[number] for number in range(YOUNG // 2)]
    after = [generation["collections"] for generation in gc.get_stats()]
    assert len(rows) == YOUNG // 2
    assert after == before


def test_circles_are_still_found() -> None:
    calm_collector()
    before = gc.get_stats()[0]["collections"]
    for _ in range(3 * YOUNG):
        circle: list[object] = []
        circle.append(circle)
    assert gc.get_stats()[0]["collections"] > before
