"""The typed client carries an initiative through its year, with the condition of every change."""

from datetime import date, timedelta
from uuid import UUID

import httpx

from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.initiatives.client import Initiatives
from libs.shared.client.initiatives.models import Correction, InitiativeAsked, InvitationsAsked, PassOn, Share
from libs.shared.client.tokens import GivenToken
from tests.factories.losing import Losing
from tests.factories.service import Tokens
from tests.integration.services.registration.conftest import served
from tests.integration.services.registration.initiatives.requests import SHARES, Work, today
from tests.integration.services.registration.service import SCHOOLS, Registration
from tests.integration.services.registration.told import publish_catalog, school_id

DAY = date(2019, 12, 31)


def initiatives(http: httpx.AsyncClient, tokens: Tokens, role: str, *codes: str) -> Initiatives:
    token = tokens.headers(role, codes=codes)["Authorization"].removeprefix("Bearer ")
    return Initiatives(Caller(http, Addresses({"registration": "http://service"}, ""), GivenToken(token)))


async def test_a_year_of_an_initiative(registration: Registration) -> None:
    under_test = served(registration)
    await publish_catalog(registration.db)
    await registration.send("schools", SCHOOLS, "101")
    losing = Losing(httpx.ASGITransport(under_test.app()))
    async with httpx.AsyncClient(transport=losing) as http:
        secretariat = initiatives(http, under_test.tokens, "secretariat")
        teams = {code: initiatives(http, under_test.tokens, "resource_team", code) for code in ("101", "147", "151")}
        asked = InitiativeAsked(
            title="Løft", start=date(2022, 1, 1), last_day=date(2022, 12, 31), reference_date=DAY, pool=1_000, invited=3
        )
        one = (await secretariat.create(asked)).initiative_id
        shares = [
            Share(municipality_code=code, share_percent=share, source="Statistik", reference_date=DAY)
            for code, share in SHARES.items()
        ]
        await secretariat.load_shares(one, shares[::-1])
        assert [each.municipality_code async for each in secretariat.shares(one)] == sorted(SHARES)
        deadline = InvitationsAsked(answer_by=today() + timedelta(days=30))
        assert await secretariat.invite(one, deadline) == ["101", "147", "151"]
        for code, team in teams.items():
            answered = await team.answer(one, code, "accepted", today())
            assert answered.status == "accepted"
        assert (await secretariat.allocate(one)).number == 1
        await _released(registration, one, "101")
        assert (await teams["151"].answer(one, "151", "declined", today())).allocated is None
        assert (await secretariat.allocate(one, "En kommune har sagt nej.")).number == 2
        parts = {each.municipality_code: each.amount async for each in secretariat.parts(one, 2)}
        assert parts == {"101": 556, "147": 444}
        assert (await secretariat.release_addition(one, "101")).released == 556
        given = PassOn(school_id=await school_id(registration), amount=300, given_on=today())
        entry = await teams["101"].pass_on(one, "101", given)
        correction = Correction(amount=250, reason="Skolen ansatte senere.")
        assert (await teams["101"].correct(one, "101", entry.entry_id, correction)).amount == 250
        assert (await teams["101"].municipality(one, "101")).balance == 306
        assert [each.municipality_code async for each in teams["147"].municipalities(one)] == ["147"]
        assert [each.municipality_code async for each in secretariat.roles(one, "comparison")] == ["151", "153", "155"]
        steps = [each.step async for each in teams["101"].steps(one, "101")]
        assert steps[-4:] == ["grant_set", "grant_released", "passed_on", "passed_on_corrected"]
        assert (await secretariat.close(one)).status == "closed"
        counts = (await secretariat.initiative(one)).counts
        assert counts is not None
        assert (counts.passed_on, counts.to_divide) == (250, 0)
        assert (await teams["101"].initiative(one)).counts is None
        assert losing.lost == 2


async def _released(registration: Registration, initiative_id: UUID, code: str) -> None:
    work = Work(None, registration)  # type: ignore[arg-type] # it asks nothing
    work.initiative_id = str(initiative_id)
    await work.release(code)
