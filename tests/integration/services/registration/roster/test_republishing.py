"""States are republished while others change them: the last event is always the newest, complete state."""

import asyncio
from datetime import date
from typing import Any

import pytest

from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from services.registration.roster.calendars import queries as calendars
from services.registration.roster.calendars.events import calendar_changed
from tests.factories.events import rows, until
from tests.integration.services.registration.service import ASK, MIGRATIONS, PUPIL_HEADER, Registration
from tests.integration.services.registration.told import school_id
from tests.realparts.databases import MakeDatabase, OwnDatabase


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    return await make_database(MIGRATIONS)


async def waiting(own: OwnDatabase) -> bool:
    """Whether a transaction of the database waits for a lock."""
    asked = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(await rows(own, asked))


async def test_a_calendar_that_grows_meanwhile_is_told_with_its_new_day_and_version(own: OwnDatabase) -> None:
    registration, outbox = Registration.on(own.db), Outbox("registration")
    await registration.base()
    await registration.send("calendars", "institution_number;date\n910101;2022-09-01\n")
    school = await school_id(registration)
    telling = registration.republishing("calendar")
    async with own.db.write(Scope.of("101")) as session:
        changed = await calendars.change(session, "101", [(school, "2022/2023", date(2022, 9, 2))], [])
        await outbox.add(session, [calendar_changed(row) for row in changed])
        again = asyncio.create_task(telling.run(own.db))
        await until(lambda: waiting(own), 20)
    async with asyncio.timeout(20):
        assert (await again).told == 1
    told = await registration.events("calendar")
    assert [each["aggregate_version"] for each in told] == [1, 2, 2]
    assert told[-1] == told[-2]
    assert told[-1]["school_days"] == ["2022-09-01", "2022-09-02"]


async def test_every_municipality_is_told_page_by_page(own: OwnDatabase) -> None:
    registration = Registration.on(own.db)
    await registration.base()
    await registration.send("schools", "institution_number;name;kind\n851101;Nordskolen;public\n", "851")
    two = ASK + "6201120008;;L2;Bo Prøvesen 2;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + two)

    async def latest(topic: str) -> dict[Any, Any]:
        field = f"{topic}_id"
        return {each[field]: each for each in await registration.events(topic)}

    for topic, states in (("school", 3), ("pupil", 2), ("class", 4)):
        before = await latest(topic)
        telling = registration.republishing(topic)
        single = type(telling)(telling.topic, telling.tell_page, telling.tenants, size=1)
        assert (await single.run(own.db)).told == states
        assert await latest(topic) == before
        assert len(await registration.events(topic)) == 2 * states
