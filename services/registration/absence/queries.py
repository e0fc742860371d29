"""Writing the read models by set; an older version than the one there changes nothing."""

from collections.abc import Sequence

from sqlalchemy import text

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.db.database import WriteSession

_PUT_MONTHS = text("""
INSERT INTO pupil_month AS t (pupil_id, month, municipality_code, days, aggregate_version)
SELECT * FROM unnest(CAST(:pupils AS uuid[]), CAST(:months AS text[]), CAST(:codes AS text[]),
                     CAST(:days AS numeric[]), CAST(:versions AS int[]))
ON CONFLICT (pupil_id, month) DO UPDATE
   SET municipality_code = excluded.municipality_code, days = excluded.days,
       aggregate_version = excluded.aggregate_version
 WHERE excluded.aggregate_version > t.aggregate_version
""")

_PUT_COMPLETENESS = text("""
INSERT INTO completeness AS t (institution_number, month, municipality_code, reported, aggregate_version)
SELECT * FROM unnest(CAST(:numbers AS text[]), CAST(:months AS text[]), CAST(:codes AS text[]),
                     CAST(:reported AS boolean[]), CAST(:versions AS int[]))
ON CONFLICT (institution_number, month) DO UPDATE
   SET municipality_code = excluded.municipality_code, reported = excluded.reported,
       aggregate_version = excluded.aggregate_version
 WHERE excluded.aggregate_version > t.aggregate_version
""")


async def put_months(session: WriteSession, states: Sequence[PupilMonthChanged]) -> None:
    """Write months, one state per pupil and month."""
    await session.execute(
        _PUT_MONTHS,
        {
            "pupils": [each.pupil_id for each in states],
            "months": [each.month for each in states],
            "codes": [each.municipality_code for each in states],
            "days": [each.illness + each.authorised + each.unauthorised for each in states],
            "versions": [each.aggregate_version for each in states],
        },
    )


async def put_completeness(session: WriteSession, states: Sequence[CompletenessChanged]) -> None:
    """Write which months are reported, one state per school and month."""
    await session.execute(
        _PUT_COMPLETENESS,
        {
            "numbers": [each.institution_number for each in states],
            "months": [each.month for each in states],
            "codes": [each.municipality_code for each in states],
            "reported": [each.reported for each in states],
            "versions": [each.aggregate_version for each in states],
        },
    )
