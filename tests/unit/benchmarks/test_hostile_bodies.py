"""The number and the kinds of hostile bodies are as the benchmark states."""

from collections import Counter

from benchmarks.figures import Size
from benchmarks.hostile_bodies import TIMES, Way, bodies


def test_there_are_a_hundred_at_the_large_size_and_each_kind_once_at_the_small_one() -> None:
    small = bodies(Size.SMALL)
    assert max(Counter(body.name for body in small).values()) == 1
    assert len(small) * TIMES[Size.LARGE] == 100
    assert {body.way for body in small} == set(Way)


def test_what_is_large_unpacked_is_small_on_the_wire() -> None:
    bombs = [body for body in bodies(Size.SMALL) if body.name.startswith("bomb")]
    assert bombs
    assert all(len(body.content) < 100_000 for body in bombs)
