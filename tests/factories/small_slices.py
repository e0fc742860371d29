"""Applies files in slices of a few rows, so that small files have many slices."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from libs.shared.files.kind import Kind


@contextmanager
def small_slices(kinds: Iterable[Kind], rows: int = 2) -> Iterator[None]:
    """Inside the block, files of these kinds are applied about ``rows`` rows at a time."""
    usual = [(kind, kind.slice_rows) for kind in kinds]
    for kind, _ in usual:
        object.__setattr__(kind, "slice_rows", rows)  # a kind is frozen and shared by everybody in the process
    try:
        yield
    finally:
        for kind, rows_before in usual:
            object.__setattr__(kind, "slice_rows", rows_before)
