"""The attempts that process pools run, in the tests and in ``make disclosure``: each attacks one case by its seed."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context

from services.evaluation_export.products.aggregate.primary import Part
from tests.disclosure.attack import Outcome
from tests.disclosure.histories import attack_all, history
from tests.disclosure.planted.trying import attack_planted
from tests.disclosure.populations import Population, large, random_population
from tests.disclosure.releasing import Registry

Result = tuple[Outcome, int]
"""What the attacker won, and how many releases the product refused."""
Attempt = Callable[[int], Result]


@contextmanager
def on_every_core() -> Iterator[Callable[[Attempt, int], Iterator[Result]]]:
    """A function that runs an attempt with the seeds from 0 on in a process pool, and yields the results in
    this order.
    """
    pool = ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn"))
    try:
        yield lambda attempt, seeds: pool.map(attempt, range(seeds), chunksize=1)
    finally:
        pool.shutdown(cancel_futures=True)


def single(seed: int) -> Result:
    """Attack one release of a random population."""
    return _released([random_population(seed)])


def single_large(seed: int) -> Result:
    """Attack one release of a large population."""
    return _released([large(seed)])


def several(seed: int) -> Result:
    """Attack all releases of a history."""
    return _released(history(seed))


def planted(part: Part, *, off: bool) -> Attempt:
    """An attempt that attacks a planted case with its part on or off."""
    return partial(attack_planted, part, off=off)


def _released(populations: Iterable[Population]) -> Result:
    registry = Registry()
    for one in populations:
        registry.release(one)
    return attack_all(registry.releases), registry.refused
