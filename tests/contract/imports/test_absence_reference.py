"""Random files of absence, cut anywhere, with random events in between, give the results of a slow reference."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given

from libs.shared.base.errors import Problem
from tests.contract.imports.absence_compare import check
from tests.contract.imports.absence_planted import PLANTED
from tests.contract.imports.absence_scripts import scripts
from tests.contract.imports.absence_steps import Step
from tests.contract.imports.runs import TIMEOUT, runs
from tests.factories.small_slices import small_slices
from tests.integration.services.absence_ingest.service import MIGRATIONS, AbsenceIngest
from tests.realparts.databases import MakeDatabase

pytestmark = TIMEOUT


@pytest.fixture
async def ingest(make_database: MakeDatabase) -> AsyncIterator[AbsenceIngest]:
    made = AbsenceIngest((await make_database(MIGRATIONS)).db)
    with small_slices(made.kinds()):
        yield made


@runs(400)
@given(script=scripts())
async def test_any_script_comes_to_what_the_reference_says(ingest: AbsenceIngest, script: list[Step]) -> None:
    """Scripts share the database, each in a municipality of its own."""
    await check(ingest, script)


async def test_the_planted_scripts_come_to_what_the_reference_says(ingest: AbsenceIngest) -> None:
    """Each of these has failed once; the message names those that fail."""
    wrong: dict[str, str] = {}
    for name, script in PLANTED.items():
        try:
            await check(ingest, script)
        except (AssertionError, Problem) as difference:
            wrong[name] = str(difference)[:500]
    assert not wrong, "\n\n".join(f"{name}: {difference}" for name, difference in wrong.items())
