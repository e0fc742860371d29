"""Events made inside the database equal those that the codec makes one by one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import decode, encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.db.scope import NOBODY, Scope
from libs.shared.events import outbox
from libs.shared.events.by_set import random_ids
from libs.shared.events.headers import unpacked
from libs.shared.events.outbox import Outbox
from libs.shared.events.versions import raise_versions
from services.absence_ingest.absence.domain import MOST_HALVES
from services.absence_ingest.absence.events import MonthPublisher
from tests.integration.services.absence_ingest.service import AbsenceIngest

NOW = datetime(2023, 9, 1, 12, 30, tzinfo=UTC)
TRACE = f"00-{'ab' * 16}-{'cd' * 8}-01"
MONTHS = [
    (UUID(int=1), date(2022, 9, 1), 1, 2, 3, "101", 1),
    (UUID(int=2**127), date(2023, 1, 1), MOST_HALVES, 0, 0, "101", 2),
    (uuid4(), date(2023, 12, 1), 0, 0, 0, "101", 17),
    (uuid4(), date(2020, 2, 1), 0, 31, 1, "101", 2_000_000_000),
]


async def store(ingest: AbsenceIngest) -> None:
    async with ingest.db.write(Scope.of("101")) as session:
        for month in MONTHS:
            await session.execute(
                text("INSERT INTO pupil_month VALUES (:pupil, :month, :ill, :allowed, :not, :code, :version)"),
                dict(zip(("pupil", "month", "ill", "allowed", "not", "code", "version"), month, strict=True)),
            )


@pytest.mark.parametrize("traceparent", [None, TRACE])
async def test_each_record_is_byte_for_byte_what_the_codec_makes_of_its_event(
    empty: AbsenceIngest, traceparent: str | None
) -> None:
    await store(empty)
    publisher = MonthPublisher(Outbox("absence_ingest", clock=lambda: NOW, traceparent=lambda: traceparent))
    async with empty.db.write(Scope.of("101")) as session:
        tell = await publisher.telling(session, len(MONTHS))
        await session.execute(text(f"WITH month AS (SELECT * FROM pupil_month) {tell.statement}"), dict(tell.values))
    states = [
        PupilMonthChanged(
            aggregate_version=version,
            municipality_code=code,
            pupil_id=pupil_id,
            month=f"{month:%Y-%m}",
            illness=Decimal(illness) / 2,
            authorised=Decimal(authorised) / 2,
            unauthorised=Decimal(unauthorised) / 2,
        )
        for pupil_id, month, illness, authorised, unauthorised, code, version in MONTHS
    ]
    rows = {row.key: row for row in await _outbox(empty)}
    assert len({row.id for row in rows.values()}) == len(MONTHS)
    for state in states:
        row = rows[state.key]
        event: Event[State] = Event(id=row.id, source="/absence_ingest", time=NOW, traceparent=traceparent, data=state)
        headers = unpacked(row.headers, row.id, row.key)
        assert (row.topic, headers, row.value) == (event.topic, *encode(event))
        assert decode(headers, row.value).data == state
        assert row.id.version == 4


async def test_months_are_told_again_page_by_page_with_the_versions_they_have_and_what_a_restore_adds(
    empty: AbsenceIngest,
) -> None:
    await store(empty)
    async with empty.db.write() as session:
        raised = await raise_versions(session, lambda: datetime(2025, 1, 1, 0, 1, tzinfo=UTC))
    publisher, after, told = MonthPublisher(Outbox("absence_ingest", clock=lambda: NOW)), None, 0
    while True:
        async with empty.db.write(Scope.of("101")) as session:
            page = await publisher.tell_page(session, "101", after, 3)
        told, after = told + page.told, page.after
        if after is None:
            break
    assert told == len(MONTHS)
    rows = await _outbox(empty)
    assert all(outbox.REPUBLISHED in unpacked(row.headers, row.id, row.key) for row in rows)
    states = {
        (state.pupil_id, state.month, state.aggregate_version - raised)
        for row in rows
        for state in (decode(unpacked(row.headers, row.id, row.key), row.value).data,)
        if isinstance(state, PupilMonthChanged)
    }
    assert states == {(month[0], f"{month[1]:%Y-%m}", month[6]) for month in MONTHS}


async def _outbox(ingest: AbsenceIngest):
    async with ingest.db.read(NOBODY) as session:
        return list(await session.execute(text("SELECT * FROM outbox ORDER BY seq")))


def test_random_ids_are_of_version_4_and_no_two_alike() -> None:
    made = random_ids(1000)
    ids = {UUID(bytes=made[start : start + 16]) for start in range(0, len(made), 16)}
    assert len(ids) == 1000
    assert {(each.version, each.variant) for each in ids} == {(4, "specified in RFC 4122")}
