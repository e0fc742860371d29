"""The part of the secretariat: an initiative, the shares, the answers of the municipalities, and the money."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from journey.account import Account
from journey.flow import settle
from journey.platform import Platform
from libs.shared.base.clock import danish_date, utc_now
from libs.shared.base.municipalities import municipality_name
from libs.shared.client.initiatives.client import Initiatives
from libs.shared.client.initiatives.models import Allocation, InitiativeAsked, InvitationsAsked, Part, PassOn, Share

POOL, INVITED = 3_000_000, 4
REFERENCE = date(2019, 12, 31)
DECLINED, BELOW_THE_LINE = "151", "153"
SHARES = {"101": "18.20", "147": "17.40", "157": "16.10", DECLINED: "15.60", BELOW_THE_LINE: "14.60"}
DAYS_TO_ANSWER = 28
SCHOOL_AMOUNT = 400_000


@dataclass
class Secretariat:
    """What the part works with; ``initiative_id`` is known once the initiative exists."""

    account: Account
    platform: Platform
    initiative_id: UUID = field(default=UUID(int=0))

    async def initiatives(self) -> Initiatives:
        """The secretariat's requests."""
        return Initiatives(await self.platform.caller("secretariat"))

    async def team(self, code: str) -> Initiatives:
        """The requests of a municipality, which answers for itself."""
        return Initiatives(await self.platform.caller("resource_team", code))


async def divide(work: Secretariat) -> None:
    """An initiative is created, four municipalities are invited by the rule and accept, and the pool is divided."""
    await settle(work.platform)  # registration divides by the rules that the catalog has published
    initiatives, account = await work.initiatives(), work.account
    created = await initiatives.create(
        InitiativeAsked(
            title="Løft af de mest udsatte elever",
            start=date(2022, 1, 1),
            last_day=date(2023, 7, 31),
            reference_date=REFERENCE,
            pool=POOL,
            invited=INVITED,
        )
    )
    work.initiative_id = created.initiative_id
    source = "Opdigtet udtræk til demonstrationen"
    shares = [
        Share(municipality_code=code, share_percent=percent, source=source, reference_date=REFERENCE)
        for code, percent in SHARES.items()
    ]
    await initiatives.load_shares(work.initiative_id, shares)
    invited = await initiatives.invite(
        work.initiative_id, InvitationsAsked(answer_by=_today() + timedelta(days=DAYS_TO_ANSWER))
    )
    account.check("invited by the rule", sorted(invited), sorted(set(SHARES) - {BELOW_THE_LINE}))
    for code in invited:
        answered = await (await work.team(code)).answer(work.initiative_id, code, "accepted", _today())
        account.check(f"{code}: answer", (answered.status, answered.late), ("accepted", False))
    account.say(
        f"{len(invited)} municipalities are invited by their share and accept; {BELOW_THE_LINE} is below the line."
    )
    await _divided(work, await initiatives.allocate(work.initiative_id))


async def divide_again(work: Secretariat) -> None:
    """One municipality declines after all; the whole pool is divided among the others."""
    await (await work.team(DECLINED)).answer(
        work.initiative_id, DECLINED, "declined", _today(), "Skolerne har ikke lærere nok i år."
    )
    initiatives = await work.initiatives()
    allocation = await initiatives.allocate(work.initiative_id, f"{municipality_name(DECLINED)} siger nej.")
    parts = await _divided(work, allocation)
    account = work.account
    account.check("parts of the one that declined", [each for each in parts if each.municipality_code == DECLINED], [])
    account.check("nobody gets less than before", all(each.difference > 0 for each in parts), True)
    roles = [each async for each in initiatives.roles(work.initiative_id, "comparison")]
    compared = sorted(each.municipality_code for each in roles)
    account.check("municipalities to compare with", compared, [DECLINED, BELOW_THE_LINE])
    account.say(f"The evaluator compares with {' and '.join(map(municipality_name, compared))}.")


async def _divided(work: Secretariat, allocation: Allocation) -> list[Part]:
    parts = [each async for each in (await work.initiatives()).parts(work.initiative_id, allocation.number)]
    work.account.check(f"allocation {allocation.number} adds up to the krone", sum(each.amount for each in parts), POOL)
    rows = [
        (municipality_name(each.municipality_code), f"{each.share_percent} %", each.amount, each.difference)
        for each in parts
    ]
    work.account.table(("municipality", "share", f"kroner, allocation {allocation.number}", "change"), rows)
    return parts


def _today() -> date:
    """An answer is expected later than today, and given no later."""
    return danish_date(utc_now())


async def pass_on(work: Secretariat, code: str, schools: Sequence[tuple[UUID, str]]) -> None:
    """The approval of the project has released the grant; the municipality passes it on to schools, public and private.

    ``schools`` are ids and kinds.
    """
    team = await work.team(code)
    grant = await team.municipality(work.initiative_id, code)
    work.account.check("released by the approval", (grant.released, grant.to_release), (grant.allocated, 0))
    for school_id, _ in schools:
        given = PassOn(school_id=school_id, amount=SCHOOL_AMOUNT, given_on=date(2022, 8, 1))
        await team.pass_on(work.initiative_id, code, given)
    after = await team.municipality(work.initiative_id, code)
    spent = SCHOOL_AMOUNT * len(schools)
    work.account.check("balance of the grant", (after.passed_on, after.balance), (spent, grant.released - spent))
    kinds = " and ".join(f"a {kind} school" for _, kind in schools)
    work.account.say(
        f"The approval releases {grant.released:,} kr.; {SCHOOL_AMOUNT:,} kr. each are passed on to {kinds}, "
        f"{after.balance:,} kr. are left."
    )
