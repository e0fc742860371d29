"""A second delivery reveals nothing about one to four pupils: over HTTP, with the worker, on PostgreSQL."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest

from libs.shared.contracts.registration import EnrolmentChanged, PupilChanged
from libs.shared.contracts.state import State
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.panel.periods import Period
from tests.disclosure.attacker.reading import rows
from tests.integration.services.evaluation_export import told
from tests.integration.services.evaluation_export.courses import hold_course
from tests.integration.services.evaluation_export.schools import School
from tests.integration.services.evaluation_export.steps import fetch, order
from tests.integration.services.evaluation_export.told import LAST, YEAR, Token, World, tell
from tests.realparts.databases import OwnDatabase

TABLES = ("data/participants.csv", "data/absence.csv", "data/dosage.csv", "population_flow.csv")
TOTAL = {"intervention_type": "co_teaching", "category": "total"}


@pytest.fixture
def ordering(client: httpx.AsyncClient, token: Token, worker: DeliveryWorker) -> "Ordering":
    return Ordering(client, token, worker)


class Ordering:
    """The evaluator, who orders and fetches bundles."""

    def __init__(self, client: httpx.AsyncClient, token: Token, worker: DeliveryWorker) -> None:
        self._client, self._token, self._worker = client, token, worker

    async def bundle(self, school_year: str = YEAR.school_year) -> bytes:
        path = await order(self._client, self._token, school_year)
        assert await self._worker.build_next()
        answer = await fetch(self._client, self._token, f"{path}/bundle")
        assert answer.status_code == 200, answer.json()
        return answer.content


def tables(bundle: bytes) -> dict[str, list[dict[str, str]]]:
    return {name: rows(bundle, name) for name in TABLES}


def row(bundle: bytes, name: str, **wanted: str) -> dict[str, str]:
    found = [each for each in rows(bundle, name) if wanted.items() <= each.items()]
    assert len(found) == 1
    return found[0]


def withdrawn(world: World, pupils: Iterable[UUID]) -> list[State]:
    """Events by which these pupils never began."""
    gone = set(pupils)
    return [
        state.model_copy(update={"aggregate_version": 2, "valid_to": state.valid_from})
        for state in world.states
        if isinstance(state, EnrolmentChanged) and state.pupil_id in gone
    ]


async def test_orders_after_each_other_show_no_change_of_up_to_four_pupils_and_then_one_of_five(
    own: OwnDatabase, world: World, ordering: Ordering
) -> None:
    first = await ordering.bundle()
    assert row(first, "data/absence.csv", **TOTAL, autumn="before")["mean_days"]

    # Another municipality claims a pupil by CPR number: this changes nothing for the participants of the pupil's own
    # one.
    await tell(own.db, claimed(world, world.pupils["a"][7]))
    assert await ordering.bundle() == first

    # One pupil leaves.
    await tell(own.db, withdrawn(world, world.pupils["a"][:1]))
    assert tables(await ordering.bundle()) == tables(first)

    # Four more leave, so that five have.
    await tell(own.db, withdrawn(world, world.pupils["a"][1:5]))
    second = await ordering.bundle()
    for bundle, pupils in ((first, "25"), (second, "20")):
        assert row(bundle, "data/absence.csv", **TOTAL, autumn="before")["pupils"] == pupils
    was, now = (row(bundle, "data/absence.csv", **TOTAL, autumn="before")["mean_days"] for bundle in (first, second))
    assert was != now

    # Four of the twenty are corrected, and then a fifth.
    corrected = [
        told.month("101", one, "2021-09", version=2, illness="9", authorised="3") for one in world.pupils["a"][5:10]
    ]
    await tell(own.db, corrected[:4])
    assert tables(await ordering.bundle()) == tables(second)
    await tell(own.db, corrected[4:])
    was_shown = tables(second)["data/absence.csv"]
    changed = [each for each in tables(await ordering.bundle())["data/absence.csv"] if each not in was_shown]
    assert "co_teaching" in {each["intervention_type"] for each in changed}
    assert {each["autumn_year"] for each in changed} == {"2021"}  # the other autumn's figures are unchanged


def claimed(world: World, target: UUID) -> list[State]:
    """Events by which 147 claims that the pupil of 101 is in a special class of 147."""
    person = next(
        state.person_id for state in world.states if isinstance(state, PupilChanged) and state.pupil_id == target
    )
    states: list[State] = []
    foreign = School("147", "147001", class_kind="special")
    told.open_school(states.append, foreign)
    stay = [told.member(states.append, foreign, "x", 5, YEAR)]
    return [*states, told.pupil("147", uuid4(), stay, person=person)]


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
        hold_course(
            say, pupils[part::3], school, uuid4(), taught=("A1", 4), start=date(2021, 9, 1), end=date(2022, 3, 1)
        )
        hold_course(say, pupils[part:20:3], school, uuid4(), taught=("A1", 5))
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
    assert shown != str(round((total - sum(told.days(20, 2021).values())) / 20, 1))  # without the comparison
