"""Publishing, withdrawing and reading content."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from services.intervention_catalog.access import may_withdraw
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.kinds.texts import missing_texts
from services.intervention_catalog.publications import queries
from services.intervention_catalog.publications.domain import (
    New,
    Origin,
    Publication,
    newest_by_period,
    require_fits,
    shown,
    shown_after,
    withdrawn_by,
    without_hidden,
)
from services.intervention_catalog.publications.errors import (
    NothingToWithdraw,
    PublicationNotFound,
    TextMissing,
    WithdrawalInPast,
    WithdrawalLater,
)
from services.intervention_catalog.publications.events import state_of
from services.intervention_catalog.publications.reasons import WithdrawalReason


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal: ``valid_to`` is the first day on which the item is no longer valid."""

    kind: Kind
    item_id: str
    valid_to: date
    reason: WithdrawalReason
    by: Principal


async def publish(session: WriteSession, outbox: Outbox, new: New) -> int | None:
    """Publish a record with its event. Returns its version, or None if the newest record of the period says the same.

    Raises ``TextMissing``, ``EndsBeforeStart`` and ``OverlappingPeriods``.
    """
    if missing := missing_texts(new.content):
        raise TextMissing.at(missing)
    await changes.take_turn(session)
    before = await queries.of_item(session, new.kind, new.item_id)
    require_fits(before, new)
    same = next((each for each in newest_by_period(before) if each.valid_from == new.valid_from), None)
    if same is not None and (same.content, same.valid_to, same.withdrawn) == (new.content, new.valid_to, False):
        return None
    version = _next(before)
    if before:
        new = replace(new, institution_numbers=before[-1].institution_numbers)
    await queries.add(session, new, version)
    await changes.add(session, new.kind, new.item_id, version)
    await _tell(session, outbox, new.kind, new.item_id)
    return version


async def withdraw(session: WriteSession, outbox: Outbox, what: Withdrawal, *, today: date) -> Publication:
    """End every period that lasts beyond the day: one new record for each, and one event. Returns the newest record.

    Earlier records stay, as they explain earlier plans and courses. Raises ``PublicationNotFound``,
    ``WithdrawalInPast``, ``WithdrawalLater`` and ``NothingToWithdraw``.
    """
    if what.valid_to < today:
        raise WithdrawalInPast(pointer="/valid_to")
    if what.valid_to > today and KINDS[what.kind].hidden_when_withdrawn:
        raise WithdrawalLater(pointer="/valid_to")
    await changes.take_turn(session)
    before = await queries.of_item(session, what.kind, what.item_id)
    if not before or not may_withdraw(what.by, before[-1].owner):
        raise PublicationNotFound(pointer="/id")
    ending = withdrawn_by(before, what.valid_to)
    if not ending:
        raise NothingToWithdraw(pointer="/valid_to")
    for version, (each, valid_to) in enumerate(ending, start=_next(before)):
        new = New(
            what.kind,
            what.item_id,
            each.valid_from,
            valid_to,
            each.content,
            Origin.DRAFT,
            what.by.subject,
            each.institution_numbers,
        )
        await queries.add(session, new, version, withdrawn=True, reason=what.reason)
        await changes.add(session, what.kind, what.item_id, version, withdrawn=True)
    await _tell(session, outbox, what.kind, what.item_id)
    return (await versions(session, what.kind, what.item_id))[-1]


async def get(session: ReadSession, kind: Kind, item_id: str, *, on: date, version: int | None = None) -> Publication:
    """The record in force on the day, else the newest; or the version asked for. Raises ``PublicationNotFound``."""
    found = await versions(session, kind, item_id)
    if version is None:
        return shown(found, on)
    for each in found:
        if each.version == version:
            return each
    raise PublicationNotFound(pointer="/version")


async def versions(session: ReadSession, kind: Kind, item_id: str) -> list[Publication]:
    """Every record of the item, the oldest first. Raises ``PublicationNotFound``."""
    found = await queries.of_item(session, kind, item_id)
    if not found:
        raise PublicationNotFound(pointer="/id")
    return without_hidden(found)


async def listed(session: ReadSession, kind: Kind, *, on: date, after: str, limit: int) -> list[Publication]:
    """The records in force on the day, by id. Content that a later withdrawal hides is hidden for earlier days too."""
    found = await queries.listed(session, kind, on, after, limit)
    withdrawn = await queries.last_withdrawn(session, kind, [each.item_id for each in found])
    return [shown_after(each, withdrawn.get(each.item_id, 0)) for each in found]


async def _tell(session: WriteSession, outbox: Outbox, kind: Kind, item_id: str) -> None:
    await outbox.add(session, state_of(await queries.of_item(session, kind, item_id)))


def _next(before: Sequence[Publication]) -> int:
    return before[-1].version + 1 if before else 1
