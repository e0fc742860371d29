"""Takes one result of one pupil, as a file of one row would be taken. The pupil is named by an identifier, which stands
in the body alone, or by the pupil's id.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.kinds.indicator_values import WITHDRAWN
from libs.shared.imports.batch import Batch, WaitingReason
from libs.shared.imports.parked import Parking
from libs.shared.imports.receipts import one_row
from libs.shared.imports.single import Single
from services.registration.access import institutions_listed
from services.registration.roster.members import queries as members
from services.registration.roster.pupils.domain import Outcome
from services.registration.roster.pupils.queries import states as pupils
from services.registration.screening.indicators import queries
from services.registration.screening.indicators.domain import Result
from services.registration.screening.indicators.errors import ResultNotFound
from services.registration.screening.indicators.queries import IndicatorKey

ANYBODY = "6101120008"
"""A replacement number, which belongs to nobody: it stands in the row of a pupil who is named by id."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that was not refused. ``reason`` is why it waits."""

    outcome: Outcome
    reason: WaitingReason | None
    receipt_id: UUID


async def take(
    session: WriteSession,
    single: Single[Any],
    parking: Parking,
    caller: Principal,
    batch: Batch,
    *,
    pupil_id: UUID | None,
) -> Taken:
    """Judge and write the row, with a receipt. With ``pupil_id`` the batch is about this pupil.

    Raises ``RowRefused``, ``MunicipalityNotAccepted`` and ``ResultNotFound``.
    """
    await single.require_admitted(session, batch.municipality_code)
    await single.handler.lock(session, batch)
    if pupil_id is not None:
        batch = await _about(session, caller, batch, pupil_id)
    judged = await single.judge(session, batch)
    result = judged.result
    await one_row.add(session, batch, result, caller.subject)
    await parking.keep(session, single.kind, batch, result.waiting)
    await single.handler.write(session, batch, judged)
    await one_row.place(session, batch.receipt_id)
    for waiting in result.waiting:
        return Taken(Outcome.PARKED, waiting.reason, batch.receipt_id)
    return Taken(Outcome.ACCEPTED if result.accepted else Outcome.UNCHANGED, None, batch.receipt_id)


async def put(
    session: WriteSession,
    single: Single[Any],
    caller: Principal,
    batch: Batch,
    key: IndicatorKey,
    *,
    unchanged: Callable[[Result | None], None],
) -> tuple[Result | None, bool]:
    """Write one result of a pupil who is known; returns it as it is afterwards (None: withdrawn), and whether it is
    new.

    Raises ``RowRefused``, ``MunicipalityNotAccepted``, ``ResultNotFound``, and what ``unchanged`` raises.
    """
    await single.require_admitted(session, batch.municipality_code)
    await single.handler.lock(session, batch)
    about = await _about(session, caller, batch, key[0])
    before = await _stored(session, key)
    unchanged(before)
    judged = await single.judge(session, about)
    await single.handler.write(session, about, judged)
    return await _stored(session, key), before is None


async def results_of(session: ReadSession, caller: Principal, pupil_id: UUID, today: date) -> list[Result]:
    """Every result of a pupil whom the caller may see, the oldest first. Raises ``ResultNotFound``."""
    await _require_shown(session, caller, pupil_id, today)
    found = await queries.results(session, [pupil_id], date.max)
    return [Result(pupil_id, each.indicator, each.subject, each.grade, each.day, each.value) for each in found]


async def result(session: ReadSession, caller: Principal, key: IndicatorKey, today: date) -> Result:
    """One result. Raises ``ResultNotFound``."""
    await _require_shown(session, caller, key[0], today)
    found = await _stored(session, key)
    if found is None:
        raise ResultNotFound
    return found


async def _about(session: ReadSession, caller: Principal, batch: Batch, pupil_id: UUID) -> Batch:
    """The batch with the pupil's own lookup key in the place of ``ANYBODY``."""
    await _require_shown(session, caller, pupil_id, danish_date(batch.queued_at))
    for each in (await pupils.keys(session, [pupil_id])).get(pupil_id, ()):
        key = (each["kind"], each["key_id"], each["value"])
        return replace(batch, columns={**batch.columns, "cpr_number": [key]})
    raise ResultNotFound


async def _require_shown(session: ReadSession, caller: Principal, pupil_id: UUID, today: date) -> None:
    """Check that the pupil is at one of the caller's institutions today, if the caller is limited to some."""
    institutions = institutions_listed(caller)
    if institutions is not None and not await members.at(session, institutions, [(pupil_id, today)]):
        raise ResultNotFound
    if not await pupils.keys(session, [pupil_id]):
        raise ResultNotFound


async def _stored(session: ReadSession, key: IndicatorKey) -> Result | None:
    found = (await queries.find(session, [key])).get(key)
    return None if found is None or found.value == WITHDRAWN else Result(*key, found.value)
