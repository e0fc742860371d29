"""Every read model of every service keeps the newest state of each key, can be rebuilt, and can forget keys."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from libs.shared.contracts.codec import decode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.frozen import read_examples
from libs.shared.contracts.registration import ProjectChanged
from libs.shared.contracts.registry import MODELS
from libs.shared.contracts.state import State
from libs.shared.contracts.topics import TOPICS, subscribed
from libs.shared.db.scope import Access, Scope
from libs.shared.events.outbox import Outbox
from libs.shared.events.read_models import Ignored, ReadModel
from libs.shared.events.subscriptions import Subscriptions
from services.absence_ingest.wiring import SERVICE as ABSENCE
from services.absence_ingest.wiring import subscriptions
from services.evaluation_export.wiring import SERVICE as EVALUATION
from services.evaluation_export.wiring import SUBSCRIPTIONS as EVALUATION_SUBSCRIPTIONS
from services.registration.wiring import SERVICE as REGISTRATION
from services.registration.wiring import SUBSCRIPTIONS as REGISTRATION_SUBSCRIPTIONS
from tests.realparts.databases import MakeDatabase, OwnDatabase

OUTBOX = Outbox("absence_ingest")
CONSUMERS: Mapping[str, tuple[Any, Subscriptions]] = {
    "registration": (REGISTRATION, REGISTRATION_SUBSCRIPTIONS),
    "absence_ingest": (ABSENCE, subscriptions(OUTBOX)),
    "evaluation_export": (EVALUATION, EVALUATION_SUBSCRIPTIONS),
}


def test_every_group_of_the_topics_is_here() -> None:
    assert {group for topic in TOPICS.values() for group in topic.consumers} == CONSUMERS.keys()


def example(model: type[State], version: int, number: int = 0) -> State:
    """A frozen example of the event with that version."""
    given = read_examples(model)[number]
    headers = tuple((name, value.encode()) for name, value in given["headers"].items())
    return decode(headers, json.dumps(given["value"]).encode()).data.model_copy(update={"aggregate_version": version})


def told(state: State) -> Event[State]:
    return Event(id=uuid4(), source="/test", time=datetime.now(UTC), data=state)


async def take(own: OwnDatabase, read_model: ReadModel[Any], state: State, *, again: bool = False) -> list[Ignored]:
    async with own.db.write(Scope.of(*filter(None, [state.municipality]))) as session:
        return await read_model.take(session, [told(state)], again=again)


async def versions(own: OwnDatabase, read_model: ReadModel[Any]) -> dict[str, int]:
    """Version by record key."""
    async with own.db.read(Scope(access=Access.OPERATOR)) as session:
        rows = await read_model.page(session, None, 100)
        found = await read_model.sql.versions(session, [row.place for row in rows])
        return {row.key: found[row.place] for row in rows}


@pytest.mark.parametrize("group", CONSUMERS)
async def test_an_older_state_changes_nothing_and_an_equal_one_only_while_the_topic_is_read_again(
    make_database: MakeDatabase, group: str
) -> None:
    service, subscriptions = CONSUMERS[group]
    own = await make_database(service.migrations)
    assert subscriptions.topics == subscribed(group)
    for topic in subscriptions.topics:
        read_model = subscriptions.read_model(topic)
        assert read_model is not None, f"{topic} has no read model, so it cannot be rebuilt"
        (model,) = [each for each in MODELS if topic == each.TOPIC]
        newer, older = example(model, 5), example(model, 4)
        assert await take(own, read_model, newer) == []
        (ignored,) = await take(own, read_model, older)
        assert (ignored.event.data, ignored.held) == (older, 5)
        (ignored,) = await take(own, read_model, newer)
        assert ignored.held == 5
        assert await take(own, read_model, newer, again=True) == []
        (ignored,) = await take(own, read_model, older, again=True)
        assert ignored.held == 5
        assert await versions(own, read_model) == {newer.key: 5}


@pytest.mark.parametrize("group", CONSUMERS)
async def test_a_read_model_forgets_the_keys_it_is_told_and_no_others(make_database: MakeDatabase, group: str) -> None:
    service, subscriptions = CONSUMERS[group]
    own = await make_database(service.migrations)
    for topic in subscriptions.topics:
        read_model = subscriptions.read_model(topic)
        assert read_model is not None
        (model,) = [each for each in MODELS if topic == each.TOPIC]
        gone, *others = [example(model, 1, number) for number in range(len(read_examples(model)))]
        if model is ProjectChanged:  # its examples are two versions of one project
            others.append(gone.model_copy(update={"project_id": uuid4()}))
        kept = [each for each in others if each.key != gone.key]
        assert kept, f"{topic} has examples of one key only"
        for state in (gone, *kept):
            await take(own, read_model, state)
        codes = {code for state in (gone, *kept) if (code := state.municipality)}
        async with own.db.write(Scope.of(*codes)) as session:
            assert await read_model.forget(session, [gone.key]) == 1
        assert await versions(own, read_model) == {each.key: 1 for each in kept}


async def test_what_belongs_to_a_pupil_goes_with_it(make_database: MakeDatabase) -> None:
    service, subscriptions = CONSUMERS["absence_ingest"]
    own = await make_database(service.migrations)
    read_model = subscriptions.read_model("registration.pupil")
    assert read_model is not None
    state = example(read_model.model, 1)
    await take(own, read_model, state)

    async def left() -> list[int]:
        async with own.db.read(Scope.of(*filter(None, [state.municipality]))) as session:
            return [
                (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
                for table in ("pupil", "membership", "lookup_key")
            ]

    assert 0 not in await left()
    async with own.db.write(Scope.of(*filter(None, [state.municipality]))) as session:
        await read_model.forget(session, [state.key])
    assert await left() == [0, 0, 0]
