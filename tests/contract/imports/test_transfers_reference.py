"""Random histories of four schools in two municipalities give the stays, persons and overlaps of a slow reference,
whatever the order of independent events: complete files, corrections, OneRoster zips and changes to them, transfers
between schools and municipalities, CPR numbers that change, held files that are confirmed, rejected or replaced, and
two pupils who are merged.

Files of different schools are independent; those of one school keep their order. A merge may come at any time.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property

import pytest
from hypothesis import given

from libs.shared.imports.handlers import Kinds
from libs.shared.imports.worker.snapshots import Holding
from services.registration.roster.pupils.use_cases.importing import PupilImport
from tests.contract.imports.runs import TIMEOUT, runs
from tests.contract.imports.transfers_play import REAL, Play
from tests.contract.imports.transfers_reference import ELSEWHERE, Country
from tests.contract.imports.transfers_scripts import LEFT, MOVING, PLANTED, RIGHT, History, histories
from tests.factories.service import Callers
from tests.integration.services.registration.conftest import served
from tests.integration.services.registration.service import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase

pytestmark = TIMEOUT


class Histories(Registration):
    """It builds its handlers once, as a process does. Their keys are not replaced here."""

    def kinds(self) -> Kinds:
        return self._kept

    @cached_property
    def _kept(self) -> Kinds:
        return super().kinds()


@dataclass
class Asked:
    """The service, which holds a file already when one pupil would leave, and its routes."""

    registration: Registration
    callers: Callers


@pytest.fixture
async def asked(make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asked]:
    """It tells real numbers from replacement numbers, although nobody has any of these."""
    monkeypatch.setattr(PupilImport, "_is_real_cpr", lambda _self, number: number.startswith(REAL))
    registration = Histories.on((await make_database(MIGRATIONS)).db)
    registration.holding = Holding(least=1)
    async with served(registration).running() as callers:
        yield Asked(registration, callers)


@runs(150, 2)
@given(history=histories())
async def test_what_is_independent_may_happen_in_any_order(asked: Asked, history: History) -> None:
    await replay(asked, history)


async def test_a_history_with_every_sort_of_event_may_happen_in_any_order(asked: Asked) -> None:
    await replay(asked, PLANTED)


async def replay(asked: Asked, history: History) -> None:
    reference = Country()
    plays = [Play(asked.registration, asked.callers, bursts=bursts) for bursts in (False, True)]
    for play, events in zip(plays, history, strict=True):
        await play.begin()
        for event in events:
            await play.take(event)
        await play.end()
    for event in history[0]:
        reference.take(event)
    for pupil in (*MOVING, LEFT, RIGHT):
        expected = reference.days(pupil)
        assert [await play.days(pupil) for play in plays] == [expected, expected]
        one, other = [await play.limits(pupil) for play in plays]
        assert one == other
        known = [reference.has_real_number(pupil)] if reference.knows(pupil) else []
        for play in plays:
            assert [has_number for has_number, _ in await play.identities(pupil)] == known
    for play in plays:
        for pupil in MOVING:
            await elsewhere(play, reference, pupil)


async def elsewhere(play: Play, reference: Country, pupil: int) -> None:
    """What two municipalities have about one child."""
    assert await play.days(pupil, school=3) == reference.days(pupil, ELSEWHERE)
    here, there = [await play.identities(pupil, school) for school in (0, 3)]
    assert len(there) == reference.knows(pupil, ELSEWHERE)
    if here and there:
        assert (here[0][1] == there[0][1]) == reference.one_person(pupil)
    assert await play.overlapping(pupil) == reference.overlapping(pupil)
