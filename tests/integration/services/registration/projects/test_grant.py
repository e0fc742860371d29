"""A budget is held against the municipality's grant; approval releases it, and an amendment within it may be approved
by the municipality where that is allowed.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from services.registration.settings import RegistrationSettings
from services.registration.wiring import SERVICE
from tests.factories.service import Callers, ServiceUnderTest
from tests.integration.services.registration.initiatives.requests import Work
from tests.integration.services.registration.projects.desk import Desk, body
from tests.integration.services.registration.service import Registration

POOL = 500_000
SECOND = {"subject": "a colleague"}


@pytest.fixture
async def work(callers: Callers, ready: Registration) -> Work:
    """An initiative in which 101 alone has the whole pool."""
    made = Work(callers, ready)
    await made.begin(pool=POOL, start="2022-01-01", last_day="2023-12-31")
    return made


@pytest.fixture
async def trusting(ready: Registration) -> AsyncIterator[Callers]:
    """The service, set up so that municipalities approve amendments within their grant."""
    rings = {"data_keys": ready.data_keys, "lookup_keys": ready.lookup_keys, "blind_index_keys": ready.blind_index_keys}
    keys: dict[str, Any] = {name: SecretStr(ring.export()) for name, ring in rings.items()}
    settings = RegistrationSettings(
        database_url=SecretStr(ready.db.url),
        municipalities_approve_amendments=True,
        **keys,
    )
    async with ServiceUnderTest(SERVICE, ready.db, settings).running("imports") as callers:
        yield callers


async def of_initiative(work: Work, pay: int = 480_000, **plan: Any) -> dict[str, Any]:
    content = {**await body(work.registration, **plan), "initiative_id": work.initiative_id}
    content["description"]["budget"] = {"pay": pay, "materials": 20_000}
    return content


async def test_the_grant_is_unknown_before_it_is_divided_and_then_released_by_the_approval(work: Work) -> None:
    desk = Desk(work.callers)
    foreign = await desk.create({**await of_initiative(work), "initiative_id": "11111111-3c0c-4d5e-9a55-0d7f6f1f2a10"})
    assert (foreign.json()["code"], foreign.json()["pointer"]) == ("invitation.not_found", "/initiative_id")
    await work.invite()
    for code in ("147", "151"):
        await work.answer(code, "declined")
    await work.answer("101", "accepted")
    made = (await desk.create(await of_initiative(work))).json()
    assert (made["budget"]["outcome"], made["budget"]["grant"], made["budget"]["total"]) == ("unknown", None, POOL)
    assert (await desk.submit()).status_code == 200
    early = await desk.approve()
    assert (early.status_code, early.json()["code"]) == (409, "grant.not_allocated")
    await work.allocate()
    shown = (await desk.read()).json()["budget"]
    assert (shown["outcome"], shown["grant"], shown["remaining"]) == ("within", POOL, 0)
    assert (await desk.approve()).status_code == 200
    assert [step for _, step in await desk.steps()][-2:] == ["approved", "grant_released"]
    granted = await work.of("101")
    assert (granted["released"], granted["project_id"]) == (POOL, desk.project_id)


async def test_a_budget_over_the_grant_needs_own_financing_and_two_projects_share_one_grant(work: Work) -> None:
    await work.divided("101")
    desk, content = Desk(work.callers), await of_initiative(work, pay=480_001)
    await desk.create(content)
    over = (await desk.submit()).json()
    assert (over["code"], over["pointer"]) == ("project.budget_over_grant", "/description/budget")
    assert "1 kr. for meget" in over["messages"]["da"]
    content["description"]["budget"]["own_financing"] = 1
    await desk.change(content)
    assert (await desk.submit()).status_code == 200
    assert (await desk.approve()).json()["budget"]["remaining"] == 0
    second = Desk(work.callers)
    made = (await second.create(await of_initiative(work, pay=0))).json()
    assert (made["budget"]["outcome"], made["budget"]["elsewhere"]) == ("over", POOL)
    assert (await second.submit()).json()["code"] == "project.budget_over_grant"


async def test_a_project_lies_in_the_period_of_its_initiative_and_keeps_it_once_approved(work: Work) -> None:
    await work.divided("101")
    desk = Desk(work.callers)
    await desk.create(await of_initiative(work, last_day="2024-01-31"))
    late = (await desk.submit()).json()
    assert (late["code"], late["pointer"]) == ("project.outside_initiative", "/plan/start")
    await desk.change(await of_initiative(work))
    await desk.submit()
    await desk.approve()
    await desk.ask("POST", "/amendments")
    other = await desk.change({**await of_initiative(work), "initiative_id": None})
    assert (other.status_code, other.json()["code"]) == (409, "project.initiative_fixed")


async def test_municipalities_approve_no_amendment_unless_the_platform_is_set_up_so(work: Work) -> None:
    await work.divided("101")
    desk = Desk(work.callers)
    await desk.approved(await of_initiative(work))
    await desk.ask("POST", "/amendments")
    await desk.submit()
    refused = await desk.ask("POST", "/approve-amendment", json={}, **SECOND)
    assert (refused.status_code, refused.json()["code"]) == (409, "project.secretariat_approves")


async def test_an_amendment_within_the_grant_is_approved_by_a_second_person_of_the_municipality(
    work: Work, trusting: Callers
) -> None:
    await work.divided("101")
    desk = Desk(trusting)
    await desk.create(await of_initiative(work))
    await desk.submit()
    first = await desk.ask("POST", "/approve-amendment", json={}, **SECOND)
    assert first.json()["code"] == "project.no_amendment", "a first version is the secretariat's"
    await desk.approve()
    await desk.ask("POST", "/amendments")
    await desk.change(await of_initiative(work, pay=300_000))
    await desk.submit()
    own = await desk.ask("POST", "/approve-amendment", json={})
    assert (own.status_code, own.json()["code"]) == (403, "project.second_person")
    done = await desk.ask("POST", "/approve-amendment", json={}, **SECOND)
    assert (done.status_code, done.json()["version_in_force"], done.json()["budget"]["remaining"]) == (200, 2, 180_000)


async def test_an_amendment_without_a_known_grant_is_the_secretariats(trusting: Callers, ready: Registration) -> None:
    desk = Desk(trusting)
    await desk.approved(await body(ready))
    await desk.ask("POST", "/amendments")
    await desk.submit()
    refused = await desk.ask("POST", "/approve-amendment", json={}, **SECOND)
    assert (refused.status_code, refused.json()["code"]) == (409, "project.outside_grant")
    assert "intet tilskud" in refused.json()["messages"]["da"]
    assert (await desk.approve()).json()["version_in_force"] == 2


async def test_of_two_projects_that_are_approved_at_once_only_one_gets_what_is_left_of_the_grant(work: Work) -> None:
    await work.divided("101")
    desks = [Desk(work.callers) for _ in range(2)]
    for desk in desks:
        await desk.create(await of_initiative(work, pay=300_000))
        assert (await desk.submit()).status_code == 200, "nothing is approved yet"
    answers = await asyncio.gather(*(desk.approve() for desk in desks))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    (refused,) = [answer.json() for answer in answers if answer.status_code == 422]
    assert refused["code"] == "project.budget_over_grant"
