"""Calendars of 110 schools of one municipality with a day in the year 1 do not disturb other municipalities."""

import json
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import text

from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import SchoolChanged
from libs.shared.contracts.state import State
from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.db.scope import Scope
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import Outgoing, TopicSpec
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import Outbox
from services.absence_ingest.wiring import subscriptions
from tests.factories.events import consuming, until
from tests.integration.services.absence_ingest.service import AbsenceIngest

GROUP, CALENDAR = "absence_ingest", "registration.calendar"


def year_one() -> Outgoing:
    """The event that registration published when a file had a school day in the year 1."""
    school = str(uuid4())
    content = {
        "aggregate_version": 1,
        "municipality_code": "201",
        "school_id": school,
        "institution_number": "201001",
        "school_year": "0000/0001",
        "school_days": ["0001-01-01"],
    }
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_source": "/registration",
        "ce_type": "dk.skoleloeft.registration.calendar.changed",
        "ce_time": "2023-09-01T08:00:00Z",
        "ce_subject": f"{school}/0000/0001",
        "ce_schemaversion": "1",
    }
    named = tuple((name, value.encode()) for name, value in headers.items())
    return Outgoing(CALENDAR, f"{school}/0000/0001", json.dumps(content).encode(), named)


def good() -> Outgoing:
    state = SchoolChanged(
        aggregate_version=1,
        municipality_code="301",
        school_id=uuid4(),
        institution_number="301001",
        kind="public",
    )
    event: Event[State] = Event(id=uuid4(), source="/registration", time=datetime.now(UTC), data=state)
    headers, value = encode(event)
    return Outgoing(event.topic, event.key, value, headers)


async def test_they_are_dead_letters_of_that_municipality_and_the_others_events_go_on(empty: AbsenceIngest) -> None:
    subscribed = subscriptions(Outbox("absence_ingest"))
    log = MemoryEventLog()
    specs = [TopicSpec(topic, 3, compacted=True) for topic in subscribed.topics]
    await log.apply_topics([*specs, TopicSpec(dead_letter_topic(GROUP), 1, False, 24)])
    await log.append([year_one() for _ in range(110)])
    handling = Handling(empty.db, GROUP, subscribed)

    async def count(query: str) -> int:
        async with empty.db.read(Scope.of("301")) as session:
            return int((await session.execute(text(query))).scalar_one())

    async def all_buried() -> bool:
        return await count("SELECT count(*) FROM dead_letter WHERE municipality = '201'") == 110

    async def taken() -> bool:
        return await count("SELECT count(*) FROM school") == 1

    async with consuming(log, handling) as consumer:
        await until(all_buried)
        await log.append([good()])
        await until(taken)
        assert not consumer.stuck()
