"""Requests that meet: two allocations, an answer during an allocation, and entries that share a balance."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.clock import utc_now
from libs.shared.events.outbox import Outbox
from services.registration.access import EVERY_MUNICIPALITY
from services.registration.initiatives.allocations.use_cases import allocate
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.grants.errors import NotAccepted
from services.registration.initiatives.invitations.domain import Answer
from services.registration.initiatives.invitations.use_cases import answer, locked_invitation
from services.registration.initiatives.programme.use_cases import locked_initiative
from tests.integration.services.registration.initiatives.requests import SECRETARIAT, Work, today
from tests.integration.services.registration.initiatives.test_passed_on import Account

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def _until_one_waits(work: Work) -> None:
    async with asyncio.timeout(10):
        while True:
            async with work.registration.db.read() as session:
                if (await session.execute(_WAITING)).scalar_one():
                    return
            await asyncio.sleep(0.02)


async def test_of_two_allocations_at_once_one_is_made_and_the_other_is_asked_to_read_again(work: Work) -> None:
    await work.invite()
    for code in ("101", "147", "151"):
        await work.answer(code, "accepted")
    headers = {"If-Match": await work.etag()}
    path = f"{work.path}/allocations"
    answers = await asyncio.gather(*(work.ask("POST", path, json={}, headers=headers) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 412, 412, 412]
    assert [each["number"] for each in (await work.ask("GET", path)).json()["items"]] == [1]


async def test_a_no_during_an_allocation_waits_for_it_and_voids_its_part(work: Work) -> None:
    await work.invite()
    for code in ("101", "147", "151"):
        await work.answer(code, "accepted")
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(work.registration.db.write(EVERY_MUNICIPALITY))
        row, _ = await locked_initiative(session, UUID(work.initiative_id))
        await allocate(
            session, Outbox("registration"), SECRETARIAT, row, leave_out_unanswered=False, reason=None, now=utc_now()
        )
        place = f"{work.path}/municipalities/151"
        etag = (await work.ask("GET", place, "151")).headers["etag"]
        body = {"answer": "declined", "decided_on": today().isoformat()}
        declining = asyncio.ensure_future(
            work.ask("POST", f"{place}/answer", "151", json=body, headers={"If-Match": etag})
        )
        await _until_one_waits(work)
        assert not declining.done()
    refused = await declining
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition.failed")
    assert await work.parts(1) == {"101": 389, "147": 311, "151": 300}
    assert (await work.answer("151", "declined")).json()["allocated"] is None
    await work.allocate(reason="En kommune har sagt nej.")
    assert await work.parts(2) == {"101": 556, "147": 444}


async def test_an_allocation_during_a_no_waits_for_it_and_leaves_the_municipality_out(work: Work) -> None:
    await work.invite()
    for code in ("101", "147", "151"):
        await work.answer(code, "accepted")
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(work.registration.db.write(EVERY_MUNICIPALITY))
        locked = await locked_invitation(session, UUID(work.initiative_id), "151")
        allocating = asyncio.ensure_future(work.allocate())
        await _until_one_waits(work)
        given = Answer(InvitationStatus.DECLINED, today(), None)
        await answer(session, Outbox("registration"), SECRETARIAT, *locked, given=given, now=utc_now())
        assert not allocating.done()
    assert (await allocating).status_code == 201
    assert await work.parts(1) == {"101": 556, "147": 444}


async def test_a_release_and_a_no_at_once_end_in_one_of_the_two(work: Work) -> None:
    await work.divided("101", "147", "151")

    async def released() -> bool:
        try:
            return (await work.release("101")).released == 389
        except NotAccepted:
            return False

    done, said = await asyncio.gather(released(), work.answer("101", "declined"))
    found = await work.of("101")
    if done:
        assert said.status_code in {409, 412}
        assert (found["status"], found["released"], found["allocated"]) == ("accepted", 389, 389)
    else:
        assert said.status_code == 200
        assert (found["status"], found["released"], found["allocated"]) == ("declined", 0, None)


async def test_entries_at_once_give_no_more_than_the_balance(work: Work) -> None:
    account = Account(work)
    await account.open()
    await work.release("101")
    answers = await asyncio.gather(*(account.give("910101", 200) for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409, 409]
    assert (await work.of("101"))["balance"] == 156
    entry_id = next(each.json()["entry_id"] for each in answers if each.status_code == 201)
    corrections = await asyncio.gather(*(account.correct(entry_id, 300 + n) for n in range(4)))
    assert sorted(each.status_code for each in corrections).count(200) >= 1
    found = await work.of("101")
    assert found["passed_on"] == sum(each["amount"] for each in await account.listed())
    assert 0 <= found["balance"] <= 156
