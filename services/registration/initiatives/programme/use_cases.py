"""Creates, changes and closes initiatives, and reads them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.rules.funding.settings import FundingSettings
from libs.shared.rules.rule_sets import RuleSet
from services.registration.copies.catalog.errors import RuleSetNotReceived
from services.registration.copies.catalog.use_cases import named_rule_set, rule_set_for
from services.registration.initiatives.domain import FUNDING, InitiativeStatus, funding_of
from services.registration.initiatives.errors import InitiativeClosed, InitiativeNotFound
from services.registration.initiatives.history import queries as history
from services.registration.initiatives.history.domain import Step, StepKind, shown
from services.registration.initiatives.programme import queries
from services.registration.initiatives.programme.domain import (
    USUAL_FAMILIES,
    Content,
    InitiativeRead,
    funding_set,
    named,
    require_period,
)
from services.registration.initiatives.programme.errors import (
    PoolBelowReleased,
    ReferenceDateInUse,
    RuleSetUnknown,
)
from services.registration.initiatives.shares import queries as shares
from services.registration.initiatives.tables import Initiative

_CHANGEABLE = (
    *("title", "start", "last_day", "reference_date", "pool", "invited", "comparison_from_percent", "rule_sets"),
)


async def create_initiative(
    session: WriteSession, caller: Principal, content: Content, now: datetime
) -> InitiativeRead:
    """Write a new initiative, with the rule sets in force on its dates.

    Raises ``PeriodEndsFirst``, ``RuleSetUnknown``, ``RuleSetsOfOneFamily``, ``FundingRulesMissing``, and what the
    catalog's copy raises if a set has not been received or is not in force.
    """
    initiative = Initiative(
        initiative_id=uuid4(),
        status=InitiativeStatus.OPEN,
        allocation_number=0,
        created_by=caller.subject,
        created_at=now,
        aggregate_version=1,
        **await _values(session, content),
    )
    await queries.add(session, initiative)
    details = {name: shown(getattr(initiative, name)) for name in _CHANGEABLE if name != "title"}
    await history.add(session, [Step(initiative.initiative_id, StepKind.CREATED, caller.subject, now, details=details)])
    return await _read(session, initiative)


async def change_initiative(
    session: WriteSession, caller: Principal, initiative: Initiative, content: Content, now: datetime
) -> InitiativeRead:
    """Replace the content of an initiative that is locked. The same content changes nothing. A changed pool is divided
    by the next allocation.

    Raises what ``create_initiative`` raises, ``InitiativeClosed``, ``PoolBelowReleased`` and ``ReferenceDateInUse``.
    """
    require_open(initiative)
    values = await _values(session, content)
    changed = {name: value for name, value in values.items() if getattr(initiative, name) != value}
    if not changed:
        return await _read(session, initiative)
    if "reference_date" in changed and await shares.all_of(session, initiative.initiative_id):
        raise ReferenceDateInUse(pointer="/reference_date")
    if "pool" in changed:
        released = sum(each.released for each in await queries.invitations_locked(session, initiative.initiative_id))
        if values["pool"] < released:
            raise PoolBelowReleased(pointer="/pool", released=released)
    details = {
        name: {"before": shown(getattr(initiative, name)), "after": shown(value)}
        for name, value in changed.items()
        if name != "title"
    }
    for name, value in changed.items():
        setattr(initiative, name, value)
    await touch(session, initiative)
    step = Step(initiative.initiative_id, StepKind.CHANGED, caller.subject, now, details=details)
    await history.add(session, [step])
    return await _read(session, initiative)


async def close_initiative(
    session: WriteSession, caller: Principal, initiative: Initiative, reason: str | None, now: datetime
) -> InitiativeRead:
    """Close an initiative that is locked. Municipalities keep their answers and grants, and can change neither.

    Raises ``InitiativeClosed``.
    """
    require_open(initiative)
    # An answer or an entry that is being written is waited for; a later one finds the initiative closed.
    await queries.invitations_locked(session, initiative.initiative_id)
    initiative.status = InitiativeStatus.CLOSED
    await touch(session, initiative)
    step = Step(initiative.initiative_id, StepKind.CLOSED, caller.subject, now, reason=reason)
    await history.add(session, [step])
    return await _read(session, initiative)


async def get_initiative(session: ReadSession, initiative_id: UUID) -> InitiativeRead:
    """An initiative that the session may see. Raises ``InitiativeNotFound``."""
    found = await queries.one(session, initiative_id)
    if found is None:
        raise InitiativeNotFound
    return await _read(session, found)


async def list_initiatives(
    session: ReadSession, *, status: str | None, order: Order, after: Place | None, size: int
) -> list[InitiativeRead]:
    """At most ``size`` initiatives that the session may see."""
    found = await queries.listed(session, status=status, order=order, after=after, size=size)
    return [InitiativeRead(**each, counts=await _counts(session, each)) for each in found]


async def locked_initiative(session: WriteSession, initiative_id: UUID) -> tuple[Initiative, InitiativeRead]:
    """The initiative with its row locked, and what is shown of it. Raises ``InitiativeNotFound``."""
    found = await queries.locked(session, initiative_id)
    if found is None:
        raise InitiativeNotFound
    return found, await _read(session, found)


async def touch(session: WriteSession, initiative: Initiative) -> None:
    """Raise the version of a locked initiative and write its changes."""
    initiative.aggregate_version += 1
    await queries.save(session)


async def funding_rules(session: ReadSession, initiative: Initiative) -> RuleSet:
    """The initiative's rule set for funding in the version in force on the reference date, with its own numbers.

    Raises ``RuleSetNotReceived`` and what ``choose`` raises.
    """
    name = next(each["rule_set"] for each in initiative.rule_sets if each["family"] == FUNDING)
    found = await named_rule_set(session, name, lambda _: initiative.reference_date)
    if found is None:
        raise RuleSetNotReceived(family=FUNDING)
    return funding_of(
        found,
        pool=initiative.pool,
        invited=initiative.invited,
        comparison_from_percent=str(initiative.comparison_from_percent),
    )


def require_open(initiative: Initiative) -> None:
    """Raises ``InitiativeClosed``."""
    if initiative.status != InitiativeStatus.OPEN:
        raise InitiativeClosed


async def _values(session: ReadSession, content: Content) -> dict[str, Any]:
    """The columns that the content decides."""
    require_period(content)
    rule_sets = await _rule_sets(session, content)
    settings = funding_set(rule_sets).settings_as(FundingSettings)
    least = content.comparison_from_percent
    return {
        "title": content.title,
        "start": content.start,
        "last_day": content.last_day,
        "reference_date": content.reference_date,
        "pool": settings.pool if content.pool is None else content.pool,
        "invited": settings.invited if content.invited is None else content.invited,
        "comparison_from_percent": (settings.comparison_from_percent if least is None else least).quantize(
            Decimal("0.01")
        ),
        "rule_sets": [named(each, content) for each in rule_sets],
    }


async def _rule_sets(session: ReadSession, content: Content) -> list[RuleSet]:
    if content.rule_sets is None:
        return [await rule_set_for(session, each, content.day_of(each)) for each in USUAL_FAMILIES]
    found = []
    for index, name in enumerate(content.rule_sets):
        rule_set = await named_rule_set(session, name, content.day_of)
        if rule_set is None:
            raise RuleSetUnknown(pointer=f"/rule_sets/{index}")
        found.append(rule_set)
    return found


async def _read(session: ReadSession, initiative: Initiative) -> InitiativeRead:
    values = initiative.model_dump()
    return InitiativeRead(**values, counts=await _counts(session, values))


async def _counts(session: ReadSession, initiative: Mapping[Any, Any]) -> dict[str, int]:
    counts = dict(await queries.counts(session, initiative["initiative_id"]))
    return {**counts, "to_divide": initiative["pool"] - counts["allocated"] - counts["spent"]}
