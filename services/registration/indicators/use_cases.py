"""Importing indicators; no event tells of them, they stay in this service."""

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from services.registration.indicators import queries
from services.registration.indicators.domain import SUBJECTS, VALUES, IndicatorKind, fits, read_value
from services.registration.indicators.kind import SUBJECT
from services.registration.indicators.queries import IndicatorKey
from services.registration.pupils import queries as pupils


async def import_indicators(session: WriteSession, batch: Batch) -> BatchResult:
    """Write a batch of indicators; rows whose pupil is not known are parked.

    What is wrong with the values is said before the pupil is looked for, so that a parked row can be taken later.
    """
    keys = batch.columns["cpr_number"]
    pupil_ids = await pupils.by_key(session, batch.municipality_code, map(tuple, set(keys)))
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
        elif (pupil_id := pupil_ids.get(tuple(key))) is None:
            parked.append(index)
        else:
            # A replay may hold one key twice, from two files; the later file comes later and counts.
            rows[pupil_id, indicator, subject or "", grade, day] = value
    changed = await queries.upsert(session, batch.municipality_code, list(rows.items()))
    unchanged = len(batch) - len(refused) - len(parked) - changed
    return BatchResult(accepted=changed, unchanged=unchanged, parked=parked, refused=refused)
