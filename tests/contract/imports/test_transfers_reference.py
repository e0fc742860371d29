"""Random histories of three schools' files give the stays of a slow reference, whatever the order in which files of
different schools arrive: complete files and corrections, OneRoster zips and changes to them, transfers, and CPR numbers
that change.

Files of different schools are independent; those of one school keep their order.
"""

import pytest
from hypothesis import given

from services.registration.roster.pupils.use_cases.importing import PupilImport
from tests.contract.imports.runs import TIMEOUT, runs
from tests.contract.imports.transfers_play import REAL, Play
from tests.contract.imports.transfers_reference import Country, File
from tests.contract.imports.transfers_scripts import PLANTED, PUPILS, histories
from tests.integration.services.registration.service import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase

pytestmark = TIMEOUT


@pytest.fixture
async def registration(make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> Registration:
    """It tells real numbers from replacement numbers, although nobody has any of these."""
    monkeypatch.setattr(PupilImport, "_is_real_cpr", lambda _self, number: number.startswith(REAL))
    return Registration.on((await make_database(MIGRATIONS)).db)


@runs(300, 3)
@given(history=histories())
async def test_files_of_different_schools_may_arrive_in_any_order(
    registration: Registration, history: tuple[list[File], list[File]]
) -> None:
    await replay(registration, history)


async def test_a_history_with_every_sort_of_file_may_arrive_in_any_order(registration: Registration) -> None:
    await replay(registration, PLANTED)


async def replay(registration: Registration, history: tuple[list[File], list[File]]) -> None:
    reference, plays = Country(), [Play(registration), Play(registration)]
    for play, files in zip(plays, history, strict=True):
        await play.begin()
        for file in files:
            await play.send(file)
    for file in history[0]:
        reference.take(file)
    for pupil in PUPILS:
        expected = reference.days(pupil)
        assert [await play.days(pupil) for play in plays] == [expected, expected]
        one, other = [await play.limits(pupil) for play in plays]
        assert one == other
        one_pupil, other_pupil = [await play.identities(pupil) for play in plays]
        assert one_pupil == other_pupil
        known = [reference.has_real_number(pupil)] if reference.knows(pupil) else []
        assert [has_number for has_number, _ in one_pupil] == known
