"""A slice writes only about the pupils that it has locked."""

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from libs.shared.imports.batch import Batch, Staged, Waiting, WaitingReason
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.use_cases import AbsenceImport
from tests.integration.services.absence_ingest.service import ASK, BO, AbsenceIngest, pupil_id

HANDLER = AbsenceImport(MonthPublisher(Outbox("absence_ingest")))
_ROW = text("""
INSERT INTO staged_absence (receipt_id, municipality_code, row_no, group_hash, key_hash, pupil, date, category, days)
VALUES (:receipt_id, '101', CAST(:row AS int), CAST(:row AS int), CAST(:row AS int), :pupil, :day, 'illness', 2)
""")


async def batch(ingest: AbsenceIngest, session: WriteSession, numbers: Sequence[str]) -> Batch:
    """A slice with one day of illness for each of the pupils."""
    keys = LookupKeys(ingest.lookup_keys)
    staged = Staged("staged_absence", uuid4(), 0, len(numbers), "cpr_number", keys.active_id)
    for row, number in enumerate(numbers, start=1):
        value = keys.value(IdentifierKind.CPR_NUMBER, number, "101")[1]
        given = {"receipt_id": staged.receipt_id, "row": row, "pupil": value, "day": date(2022, 9, 5)}
        await session.execute(_ROW, given)
    return Batch("absence", "101", staged.receipt_id, ingest.now, (), {}, staged=staged, size=len(numbers))


async def test_a_pupil_who_becomes_known_after_the_locks_were_taken_waits_as_nobody_holds_that_one(
    ingest: AbsenceIngest,
) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    async with ingest.db.write(Scope.of("101")) as session:
        given = await batch(ingest, session, [ASK, BO])
        await HANDLER.lock(session, given)
        await ingest.take([ingest.by_cpr("Bo", BO)])
        judged = await HANDLER.judge(session, given)
        judged.result.check(given)
        assert judged.result.waiting == [Waiting(2, WaitingReason.UNKNOWN_PUPIL)]
        await HANDLER.write(session, given, judged)
    assert await ingest.months() == {(pupil_id("Ask"), "2022-09"): (2, 0, 0, 1)}


async def test_a_judged_batch_is_not_written_once_another_is_on_the_temporary_table(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK), ingest.by_cpr("Bo", BO)])
    async with ingest.db.write(Scope.of("101")) as session:
        first, second = await batch(ingest, session, [ASK]), await batch(ingest, session, [BO])
        judged = await HANDLER.judge(session, first)
        later = await HANDLER.judge(session, second)
        with pytest.raises(RuntimeError, match="another batch"):
            await HANDLER.write(session, first, judged)
        await HANDLER.write(session, second, later)
    assert await ingest.months() == {(pupil_id("Bo"), "2022-09"): (2, 0, 0, 1)}


async def test_who_validates_holds_nobody_and_sees_who_is_known_now(ingest: AbsenceIngest) -> None:
    async with ingest.db.write(Scope.of("101")) as session:
        given = await batch(ingest, session, [ASK, BO])
        assert len((await HANDLER.judge(session, given)).result.waiting) == 2
        await ingest.take([ingest.by_cpr("Ask", ASK), ingest.by_cpr("Bo", BO)])
        judged = await HANDLER.judge(session, given)
        assert (judged.result.accepted, list(judged.result.waiting)) == (2, [])
        locked = await session.execute(text("SELECT 1 FROM pupil FOR NO KEY UPDATE NOWAIT"))
        assert len(locked.all()) == 2
    assert await ingest.months() == {}
