"""Importing indicators; no event tells of them, they stay in this service."""

from collections.abc import Mapping
from uuid import UUID

from libs.shared.base.clock import danish_date
from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, BatchResult, Reason, Refusal, Waiting
from libs.shared.imports.errors import PUPIL_OUTSIDE_SCOPE
from services.registration.indicators import queries
from services.registration.indicators.domain import SUBJECTS, VALUES, IndicatorKind, fits, read_value
from services.registration.indicators.kind import SUBJECT
from services.registration.indicators.queries import IndicatorKey
from services.registration.members import queries as members
from services.registration.pupils import queries as pupils
from services.registration.pupils.queries import KeyRow


async def import_indicators(session: WriteSession, batch: Batch) -> BatchResult:
    """Write a batch of indicators; rows whose pupil is not known are parked.

    A sender that is held to institutions writes about pupils who are at one of them, or were on the row's date. Whether
    the municipality knows another pupil is not told: such a row and one about nobody are refused alike.

    What is wrong with the values is said before the pupil is looked for, so that a parked row can be taken later.
    """
    keys = batch.columns["cpr_number"]
    pupil_ids = await pupils.by_key(session, batch.municipality_code, map(tuple, set(keys)))
    outside = await _outside(session, batch, pupil_ids)
    refused: list[Refusal] = []
    parked: list[int] = []
    rows: dict[IndicatorKey, str] = {}
    given = batch.records("indicator", "subject", "grade", "date", "value")
    for index, (key, (indicator, subject, grade, day, text)) in enumerate(zip(keys, given, strict=True)):
        kind = IndicatorKind(indicator)
        value = read_value(kind, text)
        if not fits(kind, subject or ""):
            refused.append(Refusal(index, SUBJECT, "subject", {"subjects": ", ".join(SUBJECTS[kind]) or "–"}))
        elif value is None:
            refused.append(Refusal(index, "value.unknown", "value", {"allowed": list(VALUES[kind])}))
        elif index in outside:
            refused.append(Refusal(index, PUPIL_OUTSIDE_SCOPE, "cpr_number"))
        elif (pupil_id := pupil_ids.get(tuple(key))) is None:
            parked.append(index)
        else:
            # A replay may hold one key twice, from two files; the later file comes later and counts.
            rows[pupil_id, indicator, subject or "", grade, day] = value
    changed = await queries.upsert(session, batch.municipality_code, list(rows.items()))
    unchanged = len(batch) - len(refused) - len(parked) - changed
    waiting = [Waiting(index, Reason.UNKNOWN_PUPIL) for index in parked]
    return BatchResult(accepted=changed, unchanged=unchanged, waiting=waiting, refused=refused)


async def _outside(session: WriteSession, batch: Batch, pupil_ids: Mapping[KeyRow, UUID]) -> set[int]:
    """Rows about pupils of whom the sender may not write, by index; none for a sender of the whole municipality."""
    if batch.institutions is None:
        return set()
    today = danish_date(batch.queued_at)
    rows = [(pupil_ids.get(tuple(key)), day) for key, day in batch.records("cpr_number", "date")]
    stays = [(pupil_id, on) for pupil_id, day in rows if pupil_id is not None for on in (day, today)]
    there = await members.at(session, batch.institutions, stays)
    return {index for index, (pupil_id, day) in enumerate(rows) if not {(pupil_id, day), (pupil_id, today)} & there}
