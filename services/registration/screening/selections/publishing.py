"""Screening events: the whole state of each pupil, its version raised under its row's lock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from libs.shared.contracts.registration import ScreeningChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from services.registration.screening.selections.events import screening_changed
from services.registration.screening.selections.queries import states as queries


async def publish(session: WriteSession, outbox: Outbox, code: str, pupil_ids: Iterable[UUID]) -> None:
    """Raise the version of these pupils' screenings and write an event for each."""
    ids = sorted(set(pupil_ids))
    if ids:
        await outbox.add(session, await _states(session, await queries.raise_versions(session, code, ids)))


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[ScreeningChanged]:
    """The states of the municipality's screenings by pupil, as they were last published."""
    return await _states(session, await queries.locked_page(session, code, after[0] if after else None, size))


async def _states(session: ReadSession, rows: queries.Rows) -> list[ScreeningChanged]:
    of_pupil: dict[UUID, list[Mapping[Any, Any]]] = defaultdict(list)
    for each in await queries.selections(session, [row["pupil_id"] for row in rows]):
        of_pupil[each["pupil_id"]].append(each)
    return [screening_changed(row, of_pupil[row["pupil_id"]]) for row in sorted(rows, key=lambda row: row["pupil_id"])]
