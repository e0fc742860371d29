"""The events that a file of pupils writes in the database are byte for byte those that the codec writes."""

from sqlalchemy import text

from libs.shared.db.scope import Scope
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration

BO = """;bo00001;L2;Bo Prøvesen 2;910102;2022/2023;5A;2022-08-01;2022-12-01
;bo00001;L2;Bo Prøvesen 2;910101;2022/2023;5B;2022-12-01;2023-08-01
;;L3;Cleo Prøvesen 3;910101;2022/2023;5B;2022-08-01;2023-08-01
"""
"""A pupil of two schools without a CPR number, and one without a login."""

CHANGES = """
INSERT INTO identity_change (change_id, kind, pupil_id, other_id, changed_by, changed_at, municipality_code)
SELECT gen_random_uuid(), 'merge', (SELECT min(CAST(pupil_id AS text)) FROM pupil)::uuid, gen_random_uuid(), 'k1:00',
       now(), '101' FROM generate_series(1, 2)
UNION ALL
SELECT gen_random_uuid(), 'split', (SELECT min(CAST(pupil_id AS text)) FROM pupil)::uuid,
       (SELECT max(CAST(pupil_id AS text)) FROM pupil)::uuid, 'k1:00', now(), '101'
"""


async def test_what_is_written_by_set_is_what_the_codec_writes(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK + BO)
    async with registration.db.write(Scope.of("101")) as session:
        await session.execute(text(CHANGES))
    # Another grade: the pupils of the classes are told again, with the changes.
    rows = "".join(f"910101;2022/2023;{name};6;ordinary\n" for name in ("5A", "5B"))
    await registration.send("classes", f"institution_number;school_year;name;grade;kind\n{rows}")
    newest = """
SELECT DISTINCT ON (key) key, value FROM outbox WHERE topic = 'registration.pupil' ORDER BY key, seq DESC
"""
    by_set = {row["key"]: bytes(row["value"]) for row in await registration.rows(newest)}
    assert len(by_set) == 3
    assert b'"split_from_pupil_id":"' in b"".join(by_set.values())
    assert b'"former_pupil_ids":["' in b"".join(by_set.values())
    assert (await registration.republishing("pupil").run(registration.db)).told == 3
    assert {row["key"]: bytes(row["value"]) for row in await registration.rows(newest)} == by_set
