"""Divides the pool, and reads the divisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from services.registration.initiatives.allocations import queries
from services.registration.initiatives.allocations.domain import Claim, Part, Plan, plan
from services.registration.initiatives.allocations.errors import (
    AllocationNotFound,
    AllocationUnchanged,
    AnswersMissing,
)
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.errors import InitiativeNotFound, ReasonMissing
from services.registration.initiatives.history import queries as history
from services.registration.initiatives.history.domain import Step, StepKind
from services.registration.initiatives.programme import queries as programme
from services.registration.initiatives.programme.use_cases import funding_rules, require_open, touch
from services.registration.initiatives.shares import queries as shares
from services.registration.initiatives.shares.use_cases import tell_comparison
from services.registration.initiatives.tables import Allocation, AllocationPart, Initiative, Invitation


async def allocate(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    initiative: Initiative,
    *,
    leave_out_unanswered: bool,
    reason: str | None,
    now: datetime,
) -> Allocation:
    """Divide the pool of a locked initiative among the municipalities that accepted, as the next allocation.

    Every invitation is locked, so an answer given meanwhile comes before or after it. The municipalities just below the
    line are told of, as the evaluation compares with them. Raises ``InitiativeClosed``,
    ``AnswersMissing``, ``NobodyAccepted``, ``PoolTooSmall``, ``AllocationUnchanged``, ``ReasonMissing`` (for every
    allocation but the first), and what the rules raise.
    """
    require_open(initiative)
    invitations = await programme.invitations_locked(session, initiative.initiative_id)
    unanswered = [each.municipality_code for each in invitations if each.status == InvitationStatus.INVITED]
    if unanswered and not leave_out_unanswered:
        raise AnswersMissing(codes=", ".join(unanswered))
    rule_set = await funding_rules(session, initiative)
    made = plan(initiative.pool, await _claims(session, initiative.initiative_id, invitations))
    number = initiative.allocation_number
    before = {each.municipality_code: each.amount for each in await _parts(session, initiative)}
    if number:
        earlier = await queries.one(session, initiative.initiative_id, number)
        if earlier is not None and earlier.pool == made.pool and before == _amounts(made):
            raise AllocationUnchanged(number=number)
        if reason is None:
            raise ReasonMissing(pointer="/reason")
    initiative.allocation_number = number + 1
    allocation = Allocation(
        initiative_id=initiative.initiative_id,
        number=number + 1,
        rule_set=rule_set.name,
        rule_set_version=rule_set.version,
        pool=made.pool,
        kept=made.kept,
        divided=made.divided,
        share_sum=made.share_sum,
        reason=reason,
        allocated_by=caller.subject,
        allocated_at=now,
    )
    await queries.add(session, allocation, [_row(allocation, each, before) for each in made.parts])
    _grant(invitations, _amounts(made))
    await touch(session, initiative)
    await history.add(session, _steps(allocation, made, before))
    await tell_comparison(session, outbox, initiative)
    return allocation


async def get_allocation(session: ReadSession, initiative_id: UUID, number: int) -> Allocation:
    """An allocation. Raises ``InitiativeNotFound`` and ``AllocationNotFound``."""
    await _require_initiative(session, initiative_id)
    found = await queries.one(session, initiative_id, number)
    if found is None:
        raise AllocationNotFound
    return found


async def list_allocations(
    session: ReadSession, initiative_id: UUID, *, order: Order, after: Place | None, size: int
) -> Sequence[Mapping[Any, Any]]:
    """At most ``size`` allocations. Raises ``InitiativeNotFound``."""
    await _require_initiative(session, initiative_id)
    return await queries.listed(session, initiative_id, order=order, after=after, size=size)


async def list_parts(
    session: ReadSession,
    initiative_id: UUID,
    number: int,
    *,
    basis: str | None,
    order: Order,
    after: Place | None,
    size: int,
) -> Sequence[Mapping[Any, Any]]:
    """At most ``size`` parts of an allocation that the session may see. Raises what ``get_allocation`` raises."""
    await get_allocation(session, initiative_id, number)
    return await queries.listed_parts(session, initiative_id, number, basis=basis, order=order, after=after, size=size)


async def _require_initiative(session: ReadSession, initiative_id: UUID) -> None:
    if await programme.one(session, initiative_id) is None:
        raise InitiativeNotFound


async def _claims(session: ReadSession, initiative_id: UUID, invitations: Sequence[Invitation]) -> list[Claim]:
    stored = await shares.all_of(session, initiative_id)
    return [
        Claim(
            each.municipality_code,
            stored[each.municipality_code].share_percent if each.municipality_code in stored else Decimal(0),
            each.released,
            takes_part=each.status == InvitationStatus.ACCEPTED,
        )
        for each in invitations
    ]


async def _parts(session: ReadSession, initiative: Initiative) -> list[AllocationPart]:
    number = initiative.allocation_number
    return await queries.parts_of(session, initiative.initiative_id, number) if number else []


def _amounts(made: Plan) -> dict[str, int]:
    return {each.municipality_code: each.amount for each in made.parts}


def _row(allocation: Allocation, part: Part, before: Mapping[str, int]) -> AllocationPart:
    return AllocationPart(
        initiative_id=allocation.initiative_id,
        number=allocation.number,
        municipality_code=part.municipality_code,
        share_percent=part.share_percent,
        basis=part.basis,
        whole_kroner=part.whole_kroner,
        remainder=part.remainder,
        remainder_order=part.remainder_order,
        amount=part.amount,
        before=before.get(part.municipality_code),
    )


def _grant(invitations: Sequence[Invitation], amounts: Mapping[str, int]) -> None:
    """Write into each invitation what the municipality now has: nothing, if it does not take part."""
    for each in invitations:
        has = amounts.get(each.municipality_code) if each.status == InvitationStatus.ACCEPTED else None
        if each.allocated != has:
            each.allocated = has
            each.aggregate_version += 1


def _steps(allocation: Allocation, made: Plan, before: Mapping[str, int]) -> list[Step]:
    """One step for the allocation, and one for each municipality whose amount is another than before."""
    now, by, number = allocation.allocated_at, allocation.allocated_by, allocation.number
    whole = {"number": number, "pool": made.pool, "parts": len(made.parts)}
    amounts = _amounts(made)
    return [
        Step(allocation.initiative_id, StepKind.ALLOCATED, by, now, details=whole, reason=allocation.reason),
        *(
            Step(
                allocation.initiative_id,
                StepKind.GRANT_SET,
                by,
                now,
                municipality_code=code,
                details={"number": number, "before": before.get(code), "after": amounts.get(code)},
            )
            for code in sorted(amounts.keys() | before.keys())
            if before.get(code) != amounts.get(code)
        ),
    ]
