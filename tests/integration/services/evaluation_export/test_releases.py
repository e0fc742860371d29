"""A second delivery tells nothing of one to four pupils: over HTTP, through the worker, on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from libs.shared.contracts.registration import EnrolmentChanged
from libs.shared.contracts.state import State
from libs.shared.db.scope import Access, Scope
from libs.shared.privacy.keys import KeyRing
from services.evaluation_export.deliveries.bundle.frames import Answer
from services.evaluation_export.deliveries.bundle.order import Order
from services.evaluation_export.deliveries.domain import Period
from services.evaluation_export.deliveries.process import ProcessBuilder
from services.evaluation_export.deliveries.worker import DeliveryWorker
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.disclosure.store_key import StoreKey
from tests.integration.services.evaluation_export import world as told
from tests.integration.services.evaluation_export.asking import fetch, order
from tests.integration.services.evaluation_export.world import LAST, STORE_KEY, YEAR, School, Token, World, tell
from tests.realparts.databases import OwnDatabase
from tests.unit.services.evaluation_export.attacker import rows

TABLES = ("data/participants.csv", "data/absence.csv", "data/dosage.csv", "population_flow.csv")


@pytest.fixture
def ordering(client: httpx.AsyncClient, token: Token, worker: DeliveryWorker) -> "Ordering":
    return Ordering(client, token, worker)


class Ordering:
    """The evaluator, who orders and fetches."""

    def __init__(self, client: httpx.AsyncClient, token: Token, worker: DeliveryWorker) -> None:
        self._client, self._token, self._worker = client, token, worker

    async def bundle(self, school_year: str = YEAR.school_year) -> bytes:
        path = await order(self._client, self._token, school_year)
        assert await self._worker.build_next()
        answer = await fetch(self._client, self._token, f"{path}/bundle")
        assert answer.status_code == 200, answer.json()
        return answer.content

    async def failure(self, worker: DeliveryWorker) -> str:
        path = await order(self._client, self._token)
        assert await worker.build_next()
        return str((await fetch(self._client, self._token, path)).json()["failure"]["code"])


def tables(bundle: bytes) -> dict[str, list[dict[str, str]]]:
    return {name: rows(bundle, name) for name in TABLES}


def row(bundle: bytes, name: str, **wanted: str) -> dict[str, str]:
    found = [each for each in rows(bundle, name) if wanted.items() <= each.items()]
    assert len(found) == 1
    return found[0]


def withdrawn(world: World, pupils: Iterable[UUID]) -> list[State]:
    """These pupils never began."""
    gone = set(pupils)
    return [
        state.model_copy(update={"aggregate_version": 2, "valid_to": state.valid_from})
        for state in world.states
        if isinstance(state, EnrolmentChanged) and state.pupil_id in gone
    ]


async def test_two_orders_that_differ_by_one_pupil_have_the_same_figures(
    own: OwnDatabase, world: World, ordering: Ordering
) -> None:
    before = await ordering.bundle()
    shown = row(before, "data/absence.csv", intervention_type="co_teaching", autumn="before", category="total")
    assert shown["mean_days"]
    await tell(own.db, withdrawn(world, world.pupils["a"][5:6]))
    assert tables(await ordering.bundle()) == tables(before)


async def test_a_foreign_municipality_cannot_choose_the_pupil_by_whom_two_orders_differ(
    own: OwnDatabase, world: World, ordering: Ordering
) -> None:
    persons = {state.pupil_id: state.person_id for state in world.states if isinstance(state, told.PupilChanged)}
    before = await ordering.bundle()
    states: list[State] = []
    foreign = School("147", "147001", class_kind="special")
    told.open_school(states.append, foreign)
    target = world.pupils["a"][7]
    stay = [told.member(states.append, foreign, "x", 5, YEAR)]
    states.append(told.pupil("147", uuid4(), stay, person=persons[target]))
    await tell(own.db, states)
    assert tables(await ordering.bundle()) == tables(before)


async def test_five_pupils_who_leave_together_are_seen(own: OwnDatabase, world: World, ordering: Ordering) -> None:
    kind = {"intervention_type": "co_teaching", "autumn": "before", "category": "total"}
    before = row(await ordering.bundle(), "data/absence.csv", **kind)
    await tell(own.db, withdrawn(world, world.pupils["a"][:5]))
    after = row(await ordering.bundle(), "data/absence.csv", **kind)
    assert (before["pupils"], after["pupils"]) == ("25", "20")
    assert before["mean_days"] != after["mean_days"]


async def test_a_correction_of_up_to_four_pupils_of_the_same_group_is_not_seen_and_one_of_five_is(
    own: OwnDatabase, world: World, ordering: Ordering
) -> None:
    before = await ordering.bundle()
    corrected = [
        told.month("101", one, "2021-09", version=2, illness="9", authorised="3") for one in world.pupils["a"][:5]
    ]
    await tell(own.db, corrected[:4])
    assert tables(await ordering.bundle()) == tables(before)
    await tell(own.db, corrected[4:])
    after = tables(await ordering.bundle())["data/absence.csv"]
    was = tables(before)["data/absence.csv"]
    changed = {(each["intervention_type"], each["autumn_year"]) for each in after if each not in was}
    assert ("co_teaching", "2021") in changed
    assert {year for _, year in changed} == {"2021"}  # the other autumn's days are whose they were


async def test_the_autumn_after_one_year_is_compared_with_the_autumn_before_the_next(
    own: OwnDatabase, ordering: Ordering
) -> None:
    states: list[State] = []
    say = states.append
    earlier = Period("2020/2021")
    school = School("101", "101001")
    told.catalog(say)
    told.open_school(say, school, (earlier, LAST, YEAR))
    pupils = [uuid4() for _ in range(21)]
    for number, pupil_id in enumerate(pupils):
        stays = [told.member(say, school, "a", grade, period) for grade, period in ((3, earlier), (4, LAST), (5, YEAR))]
        say(told.pupil("101", pupil_id, stays))
        for autumn in (2020, 2021, 2022):
            say(told.month("101", pupil_id, f"{autumn}-10", **told.days(number, autumn)))
    for part in range(3):
        told.hold_course(
            say, pupils[part::3], school, uuid4(), taught=("A1", 4), start=date(2021, 9, 1), end=date(2022, 3, 1)
        )
        told.hold_course(say, pupils[part:20:3], school, uuid4(), taught=("A1", 5))
    await tell(own.db, states)
    shared = {"intervention_type": "co_teaching", "autumn_year": "2021"}
    first, second = await ordering.bundle(LAST.school_year), await ordering.bundle(YEAR.school_year)
    for category in ("total", "illness", "authorised", "unauthorised"):
        is_after = row(first, "data/absence.csv", **shared, autumn="after", category=category)
        is_before = row(second, "data/absence.csv", **shared, autumn="before", category=category)
        assert is_after["mean_days"] == is_before["mean_days"]
    total = sum(sum(told.days(number, 2021).values()) for number in range(21))
    shown = row(first, "data/absence.csv", **shared, category="total")["mean_days"]
    assert shown == str(round(total / 21, 1))
    assert shown != str(round((total - sum(told.days(20, 2021).values())) / 20, 1))  # which the second would have shown


async def test_a_store_made_with_another_key_fails_the_delivery_with_that_reason(
    own: OwnDatabase, world: World, ordering: Ordering
) -> None:
    await ordering.bundle()
    another = DeliveryWorker(own.db, ProcessBuilder(60), StoreKey(KeyRing.generate()))
    assert await ordering.failure(another) == "delivery.release_key_mismatch"
    assert await released(own) == 1
    await ordering.bundle()  # the original key is back
    assert await released(own) == 2


async def released(own: OwnDatabase) -> int:
    async with own.db.read(Scope(access=Access.EVALUATOR)) as session:
        return int((await session.execute(text("SELECT count(*) FROM release"))).scalar_one())


class Waiting:
    """A builder that builds nothing until it may, and then what it was given."""

    def __init__(self, answer: Answer) -> None:
        self.begun, self.may, self._answer = asyncio.Event(), asyncio.Event(), answer

    async def build(self, order: Order, earlier: AsyncIterator[PackedGroup]) -> Answer:
        assert order.persons
        assert [group async for group in earlier] == []
        self.begun.set()
        await self.may.wait()
        return self._answer


async def test_while_one_worker_builds_no_other_releases_against_the_same_past(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, worker: DeliveryWorker, world: World
) -> None:
    for _ in range(2):
        await order(client, token)
    waiting = Waiting(Answer(EMPTY_ZIP, (PackedGroup("2022/2023", "a", bytes(range(16)), b"", {"pupils": "5"}),)))
    first = asyncio.create_task(DeliveryWorker(own.db, waiting, STORE_KEY).build_next())
    await waiting.begun.wait()
    assert not await worker.build_next()  # though a second order waits
    waiting.may.set()
    assert await first
    assert await worker.build_next()
    assert await released(own) == 2


EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


async def test_what_is_released_and_the_bundle_are_committed_together_or_not_at_all(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    path = await order(client, token)
    groups: Sequence[PackedGroup] = (PackedGroup("2022/2023", "a", bytes(range(16)), b"", {"pupils": "5"}),)
    waiting = Waiting(Answer(b"no zip", tuple(groups)))
    waiting.may.set()
    with pytest.raises(Exception, match="zip"):
        await DeliveryWorker(own.db, waiting, STORE_KEY).build_next()
    assert (await fetch(client, token, path)).json()["status"] == "requested"
    assert await released(own) == 0
