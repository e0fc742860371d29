"""A row about a day is accepted from midnight in Denmark on, and refused before."""

from datetime import timedelta

import pytest

from tests.factories.import_bench import Bench
from tests.factories.imported import cpr, day_file
from tests.factories.midnight import EVENING, NIGHTS, Night


@pytest.mark.parametrize("night", [*NIGHTS.values(), EVENING], ids=[*NIGHTS, "winter evening"])
async def test_today_is_taken_and_tomorrow_is_in_the_future(bench: Bench, night: Night) -> None:
    bench.clock.now = night.moment
    await bench.know(cpr(0))
    days = [night.today + timedelta(days=after) for after in (0, 1)]
    receipt = await bench.done(day_file([f"{cpr(0)};{day.isoformat()};illness;1" for day in days]))
    assert (receipt.accepted, receipt.refused_by_code) == (1, {"date.in_future": 1})
