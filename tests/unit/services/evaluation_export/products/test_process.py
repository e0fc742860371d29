"""The result of a build whose process, store or earlier groups fail in the middle."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.errors import BuildFailed
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.process import ProcessBuilder

BREAKING_OFF = replace(OFFERED[0], program="tests.unit.services.evaluation_export.products.breaking_off")


class Away(Exception):
    """The database is away."""


async def none() -> AsyncIterator[PackedGroup]:
    for nothing in ():
        yield nothing


async def test_an_answer_that_breaks_off_is_no_bundle() -> None:
    stored: list[tuple[int, bytes]] = []

    async def keep(start: int, piece: bytes) -> None:
        stored.append((start, piece))

    with pytest.raises(BuildFailed):
        await ProcessBuilder(60).build(BREAKING_OFF, DisclosureRules(), none(), keep)
    assert stored == [(0, b"0123456789")]


async def test_a_piece_that_cannot_be_stored_ends_the_build_with_its_reason() -> None:
    async def keep(start: int, piece: bytes) -> None:
        raise Away

    with pytest.raises(Away):
        await ProcessBuilder(60).build(BREAKING_OFF, DisclosureRules(), none(), keep)


async def test_earlier_groups_that_cannot_be_read_end_the_build_with_their_reason() -> None:
    async def away() -> AsyncIterator[PackedGroup]:
        for nothing in ():
            yield nothing
        raise Away

    async def keep(start: int, piece: bytes) -> None:
        raise AssertionError

    with pytest.raises(Away):
        await ProcessBuilder(60).build(BREAKING_OFF, DisclosureRules(), away(), keep)
