"""A grant from allocation to release, as the room of projects asks for it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.scope import Access, Scope
from libs.shared.events.outbox import Outbox
from services.registration.access import EVERY_MUNICIPALITY
from services.registration.initiatives.allocations.use_cases import allocate
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.errors import NotInvited
from services.registration.initiatives.grants.errors import NotAccepted, NotAllocated
from services.registration.initiatives.grants.use_cases import grant_of, release_grant
from services.registration.initiatives.invitations.domain import Answer
from services.registration.initiatives.invitations.use_cases import answer, invite, locked_invitation
from services.registration.initiatives.programme.domain import Content
from services.registration.initiatives.programme.use_cases import create_initiative, locked_initiative
from services.registration.initiatives.shares.domain import Given, Share
from services.registration.initiatives.shares.use_cases import load_shares
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import publish_catalog

SECRETARIAT = Principal("k1:secretariat", frozenset({Role.SECRETARIAT}))
TEAM = Principal("k1:team", frozenset({Role.RESOURCE_TEAM}), frozenset({"101"}))
NOW = datetime(2021, 10, 1, 9, tzinfo=UTC)
DAY = date(2019, 12, 31)
SHARES = {"101": "20.00", "147": "16.00", "151": "15.40"}
CONTENT = Content("Løft", date(2022, 1, 1), date(2022, 12, 31), DAY, None, 1_000, 2, None)
OUTBOX = Outbox("registration")


async def invited(registration: Registration) -> UUID:
    """An initiative with 1,000 kr., to which 101 and 147 are invited by the rule."""
    await publish_catalog(registration.db)
    async with registration.db.write(EVERY_MUNICIPALITY) as session:
        made = await create_initiative(session, SECRETARIAT, CONTENT, NOW)
        initiative, _ = await locked_initiative(session, made.initiative_id)
        shares = [Share(code, Decimal(share), "Danmarks Statistik", DAY) for code, share in SHARES.items()]
        await load_shares(session, SECRETARIAT, initiative, Given(shares), NOW)
        asked = {"codes": None, "reason": None, "answer_by": date(2021, 11, 1), "now": NOW}
        assert await invite(session, OUTBOX, SECRETARIAT, initiative, **asked) == ["101", "147"]  # type: ignore[arg-type]
    return made.initiative_id


async def say(registration: Registration, initiative_id: UUID, code: str, status: InvitationStatus) -> None:
    async with registration.db.write(Scope.of(code)) as session:
        initiative, invitation = await locked_invitation(session, initiative_id, code)
        given = Answer(status, date(2021, 10, 1), None)
        await answer(session, OUTBOX, TEAM, initiative, invitation, given=given, now=NOW)


async def test_a_grant_is_allocated_released_once_and_read_by_its_municipality(registration: Registration) -> None:
    initiative_id = await invited(registration)
    project_id = uuid4()
    async with registration.db.write(EVERY_MUNICIPALITY) as session:
        with pytest.raises(NotAccepted):
            await release_grant(session, SECRETARIAT, initiative_id, "101", project_id=project_id, now=NOW)
    for code in ("101", "147"):
        await say(registration, initiative_id, code, InvitationStatus.ACCEPTED)
    async with registration.db.write(EVERY_MUNICIPALITY) as session:
        with pytest.raises(NotAllocated):
            await release_grant(session, SECRETARIAT, initiative_id, "101", project_id=project_id, now=NOW)
        initiative, _ = await locked_initiative(session, initiative_id)
        asked = {"leave_out_unanswered": False, "reason": None, "now": NOW}
        await allocate(session, OUTBOX, SECRETARIAT, initiative, **asked)  # type: ignore[arg-type]
        before = await grant_of(session, initiative_id, "101")
        assert (before.allocated, before.released, before.to_release, before.balance) == (556, 0, 556, 0)
        released = await release_grant(session, SECRETARIAT, initiative_id, "101", project_id=project_id, now=NOW)
        again = await release_grant(session, SECRETARIAT, initiative_id, "101", project_id=uuid4(), now=NOW)
        assert released == again
        assert (released.released, released.to_release, released.project_id) == (556, 0, project_id)
    async with registration.db.read(Scope.of("101")) as session:
        own = await grant_of(session, initiative_id, "101")
        assert (own.released, own.balance, own.status) == (556, 556, InvitationStatus.ACCEPTED)
        with pytest.raises(NotInvited):
            await grant_of(session, initiative_id, "147")
    async with registration.db.read(Scope.of("151")) as session:
        with pytest.raises(NotInvited):
            await grant_of(session, initiative_id, "151")
    steps = await registration.rows("SELECT step FROM initiative_step ORDER BY position", access=Access.SECRETARIAT)
    assert [each["step"] for each in steps] == [
        *("created", "shares_loaded", *["share_set"] * 3, "invited", "invited", "accepted", "accepted"),
        *("allocated", "grant_set", "grant_set", "grant_released"),
    ]
    events = await registration.events("municipality")
    assert [(each["municipality_code"], each["status"]) for each in events] == [
        *(("101", "invited"), ("147", "invited"), ("101", "accepted"), ("147", "accepted")),
        ("151", "not_invited"),
    ]
