"""Loads shares, and lists what the rule makes of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.errors import InitiativeNotFound, SharesMissing
from services.registration.initiatives.history import queries as history
from services.registration.initiatives.history.domain import Step, StepKind, shown
from services.registration.initiatives.invitations import queries as invitations
from services.registration.initiatives.programme import queries as programme
from services.registration.initiatives.programme.use_cases import funding_rules, require_open, touch
from services.registration.initiatives.shares import queries
from services.registration.initiatives.shares.domain import (
    Candidate,
    Given,
    RoleOf,
    Share,
    candidates,
    role_of,
)
from services.registration.initiatives.shares.errors import ShareInUse
from services.registration.initiatives.tables import Initiative, InitiativeShare
from services.registration.roster.municipalities.use_cases import put_comparison

_NO_LONGER = (InvitationStatus.DECLINED, InvitationStatus.WITHDRAWN)


async def load_shares(
    session: WriteSession, caller: Principal, initiative: Initiative, given: Given, now: datetime
) -> None:
    """Replace the shares of a locked initiative by these. Earlier allocations keep the shares that they were made by.

    Raises ``InitiativeClosed``, ``ShareInUse``, and what ``Given.require_consistent`` raises.
    """
    require_open(initiative)
    given.require_consistent(initiative.reference_date)
    wanted = {each.municipality_code: each for each in given.shares}
    await _require_invited_kept(session, initiative.initiative_id, wanted)
    stored = await queries.all_of(session, initiative.initiative_id)
    gone = sorted(stored.keys() - wanted.keys())
    added, steps = [], []
    for code, share in sorted(wanted.items()):
        known = stored.get(code)
        if known is not None and _same(known, share):
            continue
        before = None if known is None else shown(known.share_percent)
        details = {
            "before": before,
            "after": shown(share.share_percent),
            "reference_date": shown(share.reference_date),
        }
        steps.append((StepKind.SHARE_SET, code, details))
        if known is None:
            added.append(_row(initiative.initiative_id, share, caller, now))
        else:
            known.share_percent, known.source = share.share_percent, share.source
            known.reference_date, known.loaded_by, known.loaded_at = share.reference_date, caller.subject, now
    steps += [(StepKind.SHARE_REMOVED, code, {"before": shown(stored[code].share_percent)}) for code in gone]
    if not steps:
        return
    await queries.write(session, added)
    await queries.remove(session, initiative.initiative_id, gone)
    await touch(session, initiative)
    whole = Step(
        initiative.initiative_id,
        StepKind.SHARES_LOADED,
        caller.subject,
        now,
        details={"shares": len(wanted), "changed": len(steps)},
    )
    single = [
        Step(initiative.initiative_id, kind, caller.subject, now, municipality_code=code, details=details)
        for kind, code, details in steps
    ]
    await history.add(session, [whole, *single])


async def list_shares(
    session: ReadSession, initiative_id: UUID, *, order: Order, after: Place | None, size: int
) -> Sequence[Mapping[Any, Any]]:
    """At most ``size`` of the shares that the session may see. Raises ``InitiativeNotFound``."""
    if await programme.one(session, initiative_id) is None:
        raise InitiativeNotFound
    return await queries.listed(session, initiative_id, order=order, after=after, size=size)


async def list_roles(
    session: ReadSession,
    initiative_id: UUID,
    *,
    role: str | None,
    by_rule: bool | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[RoleOf]:
    """At most ``size`` municipalities with a share: what the rule says of each, its answer, and its role in the
    evaluation. Needs a named access. ``order`` is by ``rank`` or ``municipality_code``.

    Raises ``InitiativeNotFound`` and what the rules raise.
    """
    initiative = await programme.one(session, initiative_id)
    if initiative is None:
        raise InitiativeNotFound
    if not await queries.all_of(session, initiative_id):
        return []
    answers = await programme.invited(session, initiative_id)
    found = [role_of(each, answers.get(each.municipality_code)) for each in await candidates_of(session, initiative)]
    wanted = [each for each in found if role in {None, each.role} and by_rule in {None, each.by_rule}]
    ordered = sorted(wanted, key=attrgetter(order.name), reverse=order.descending)
    if after is not None:
        # Both columns are unique, so the place after which the page begins is that of one municipality.
        passed = next((n for n, each in enumerate(ordered, 1) if each.municipality_code == after.unique), 0)
        ordered = ordered[passed:]
    return ordered[:size]


async def tell_comparison(session: WriteSession, outbox: Outbox, initiative: Initiative) -> None:
    """Write which municipalities that were never invited to any initiative the evaluation compares with, with their
    events. Those that were invited are told of with their answers.
    """
    asked = await invitations.ever_invited(session)
    for each in sorted(await candidates_of(session, initiative), key=attrgetter("municipality_code")):
        if each.municipality_code not in asked:
            await put_comparison(session, outbox, code=each.municipality_code, comparison=each.comparison)


async def candidates_of(session: ReadSession, initiative: Initiative) -> list[Candidate]:
    """Every municipality with a share, the largest first, with what the rule says of it.

    Raises ``SharesMissing`` and what the rules raise.
    """
    stored = await queries.all_of(session, initiative.initiative_id)
    if not stored:
        raise SharesMissing
    shares = [(code, share.share_percent) for code, share in stored.items()]
    return candidates(await funding_rules(session, initiative), shares, initiative.reference_date)


async def _require_invited_kept(session: WriteSession, initiative_id: UUID, wanted: Mapping[str, Share]) -> None:
    """Raises ``ShareInUse`` if a municipality that is invited, or takes part, would lose its share."""
    in_use = await programme.invited(session, initiative_id)
    lost = [
        code
        for code in sorted(in_use)
        if code not in wanted or (in_use[code] not in _NO_LONGER and wanted[code].share_percent == Decimal(0))
    ]
    if lost:
        raise ShareInUse(pointer="/shares", codes=", ".join(lost))


def _same(known: InitiativeShare, share: Share) -> bool:
    return (known.share_percent, known.source, known.reference_date) == (
        share.share_percent,
        share.source,
        share.reference_date,
    )


def _row(initiative_id: UUID, share: Share, caller: Principal, now: datetime) -> InitiativeShare:
    return InitiativeShare(
        initiative_id=initiative_id,
        municipality_code=share.municipality_code,
        share_percent=share.share_percent,
        source=share.source,
        reference_date=share.reference_date,
        loaded_by=caller.subject,
        loaded_at=now,
    )
