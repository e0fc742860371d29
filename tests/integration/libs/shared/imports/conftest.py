"""The bench of this folder's tests."""

import pytest

from tests.factories.import_bench import Bench, make_bench
from tests.realparts.databases import MakeDatabase


@pytest.fixture
async def bench(make_database: MakeDatabase) -> Bench:
    return await make_bench(await make_database())
