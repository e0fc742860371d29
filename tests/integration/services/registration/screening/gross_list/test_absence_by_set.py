"""Absence by set is exactly that of plain Python, pupil by pupil, for random facts with every kind of missing data."""

from datetime import date

import pytest
from sqlalchemy import text

from libs.shared.db.scope import Scope
from services.registration.screening.gross_list.queries import facts
from tests.integration.services.registration.screening.gross_list.plain_absence import PlainAbsence
from tests.integration.services.registration.screening.gross_list.random_facts import RandomFacts
from tests.integration.services.registration.service import Registration

DAYS = (date(2022, 1, 20), date(2022, 9, 30), date(2023, 6, 30))


@pytest.mark.parametrize("seed", range(4))
async def test_absence_by_set_is_as_pupil_by_pupil(registration: Registration, seed: int) -> None:
    await RandomFacts(seed, "101", pupils=40).write(registration.db)
    several = left_out = 0
    async with registration.db.read(Scope.of("101")) as session:
        plain = await PlainAbsence.read(session)
        pupils = list((await session.execute(text("SELECT pupil_id FROM pupil ORDER BY 1"))).scalars())
        for day in DAYS:
            expected = {(each, year): found for each in pupils for year, found in plain.years(each, day).items()}
            for asked in (pupils, pupils[:1], pupils[5:12]):
                found = {(each[0], each[1]): tuple(each[2:]) for each in await facts.absence(session, asked, day)}
                assert found == {key: year for key, year in expected.items() if key[0] in asked}
            several += sum(year[3] > 0 for year in expected.values())
            left_out += sum(0 < year[2] < year[3] for year in expected.values())
    assert several > 50
    assert left_out > 10
