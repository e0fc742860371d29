"""A separate service for each test."""

from datetime import date

import pytest

from tests.factories.places import weekdays
from tests.integration.services.absence_ingest.service import MIGRATIONS, NORTH, AbsenceIngest
from tests.realparts.databases import MakeDatabase


@pytest.fixture
async def empty(make_database: MakeDatabase) -> AbsenceIngest:
    """The service with nothing in it, as its application role."""
    return AbsenceIngest((await make_database(MIGRATIONS)).db)


@pytest.fixture
async def ingest(empty: AbsenceIngest) -> AbsenceIngest:
    """The service with one school whose calendar of 2022/2023 is known."""
    await empty.school(NORTH, weekdays(date(2022, 8, 8), date(2023, 6, 23)))
    return empty
