"""Read models hold the newest state, in whatever order and however often the events come."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import MunicipalityChanged, PupilChanged
from libs.shared.db.scope import Access, Scope
from services.evaluation_export.panel.part import PART
from services.evaluation_export.wiring import SUBSCRIPTIONS
from tests.integration.services.evaluation_export.told import World, month, pupil, tell
from tests.realparts.databases import OwnDatabase


async def content(own: OwnDatabase) -> dict[str, list[Any]]:
    """Every row of every read model with the transaction that wrote it."""
    async with own.db.read(Scope(access=Access.EVALUATOR)) as session:
        return {
            table: list(await session.execute(text(f"SELECT xmin, {table}::text FROM {table} ORDER BY 2")))
            for table in (str(table.__tablename__) for table in PART.tables)
        }


async def test_telling_everything_again_changes_no_row(own: OwnDatabase, world: World) -> None:
    before = await content(own)
    await tell(own.db, world.states)
    assert await content(own) == before


async def test_an_older_state_never_overwrites_a_newer_one(own: OwnDatabase) -> None:
    pupil_id = uuid4()
    newer = month("101", pupil_id, "2022-09", version=3, illness="2")
    await tell(own.db, [newer])
    await tell(own.db, [month("101", pupil_id, "2022-09", version=2, illness="9")])
    async with own.db.read(Scope.of("101")) as session:
        assert (await session.execute(text("SELECT illness FROM pupil_month"))).scalar_one() == 2


async def test_of_several_states_in_a_batch_the_last_one_stays(own: OwnDatabase) -> None:
    pupil_id = uuid4()
    states = [month("101", pupil_id, "2022-09", version=n, illness=str(n)) for n in range(1, 6)]
    await tell(own.db, states)
    async with own.db.read(Scope.of("101")) as session:
        assert (await session.execute(text("SELECT illness FROM pupil_month"))).scalar_one() == 5


async def test_a_membership_that_stays_as_it_is_is_not_written_again(own: OwnDatabase, world: World) -> None:
    told = next(state for state in world.states if isinstance(state, PupilChanged) and len(state.memberships) == 2)
    first, second = told.memberships
    longer = second.model_copy(update={"valid_to": second.valid_to + timedelta(days=1)})

    async def kept() -> dict[str, tuple[int, str]]:
        async with own.db.read(Scope.of(told.municipality_code)) as session:
            found = await session.execute(
                text("SELECT class_id::text, xmin::text::bigint, valid_to::text FROM membership WHERE pupil_id = :id"),
                {"id": told.pupil_id},
            )
            return {class_id: (xmin, valid_to) for class_id, xmin, valid_to in found}

    before = await kept()
    await tell(own.db, [told.model_copy(update={"aggregate_version": 2, "memberships": [first, longer]})])
    after = await kept()
    assert after[str(first.class_id)] == before[str(first.class_id)]
    assert after[str(second.class_id)][1] == longer.valid_to.isoformat()
    await tell(own.db, [told.model_copy(update={"aggregate_version": 3, "memberships": [first]})])
    assert await kept() == {str(first.class_id): before[str(first.class_id)]}


async def test_memberships_are_those_of_the_newest_state_and_no_others(own: OwnDatabase, world: World) -> None:
    pupil_id = world.pupils["a"][0]

    async def count() -> int:
        async with own.db.read(Scope.of("101")) as session:
            found = await session.execute(
                text("SELECT count(*) FROM membership WHERE pupil_id = :id"), {"id": pupil_id}
            )
            return int(found.scalar_one())

    assert await count() == 2
    await tell(own.db, [pupil("101", pupil_id, [], version=2)])
    assert await count() == 0
    old = next(state for state in world.states if getattr(state, "memberships", None) and state.key == str(pupil_id))
    await tell(own.db, [old])
    assert await count() == 0


async def test_no_lookup_key_is_kept(own: OwnDatabase, world: World) -> None:
    keys = [key.value for state in world.states for key in getattr(state, "lookup_keys", [])]
    kept = str(await content(own))
    assert keys
    assert not any(key in kept for key in keys)


async def test_a_state_of_a_municipality_outside_the_scope_is_refused(own: OwnDatabase, world: World) -> None:
    state = MunicipalityChanged(aggregate_version=9, municipality_code="102", name="x", status="declined")
    event = Event(id=uuid4(), source="/registration", time=datetime.now(UTC), data=state)
    read_model = SUBSCRIPTIONS.read_model("registration.municipality")
    assert read_model is not None
    with pytest.raises(DBAPIError, match="row-level security"):
        async with own.db.write(Scope.of("101")) as session:
            await read_model.take(session, [event])
