"""Writes kept lists once, and reads them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict
from services.registration.screening.gross_list.choosing import Wanted
from services.registration.screening.kept_lists.domain import KeptList, KeptPupil, as_stored
from services.registration.screening.kept_lists.tables import KeptListRow

_COLUMNS = """
kept_list_id, municipality_code, school_id, as_of, filters, rule_set, version, screened, not_shown, flagged,
expected_percent, outcomes, pupils, kept_by, kept_at
"""
_ADD_PUPILS = text("""
INSERT INTO kept_list_pupil (kept_list_id, position, pupil_id, municipality_code, school_id, institution_number,
                             class_id, class_name, grade, verdicts)
SELECT :kept_list_id, g.position, g.pupil_id, :code, g.school_id, g.number, g.class_id, g.class_name, g.grade,
       CAST(g.verdicts AS jsonb)
  FROM unnest(CAST(:positions AS int[]), CAST(:pupils AS uuid[]), CAST(:schools AS uuid[]), CAST(:numbers AS text[]),
              CAST(:classes AS uuid[]), CAST(:names AS text[]), CAST(:grades AS int[]), CAST(:verdicts AS text[]))
       AS g (position, pupil_id, school_id, number, class_id, class_name, grade, verdicts)
""")
_PUPILS = text("""
SELECT position, pupil_id, school_id, institution_number, class_id, class_name, grade, verdicts FROM kept_list_pupil
 WHERE kept_list_id = :kept_list_id AND position = ANY(CAST(:positions AS int[])) ORDER BY position
""")
_IDS = text("SELECT position, pupil_id FROM kept_list_pupil WHERE kept_list_id = :kept_list_id ORDER BY position")
_SUBJECT = text("SELECT school_id, municipality_code FROM kept_list WHERE kept_list_id = :kept_list_id")
_ONE = text(f"SELECT {_COLUMNS} FROM kept_list WHERE kept_list_id = :kept_list_id")  # noqa: S608 - constants

_ORDERS = {"kept_at": Sortable("l.kept_at", "timestamptz"), "as_of": Sortable("l.as_of", "date")}
_LIST = """
SELECT l.* FROM kept_list AS l LEFT JOIN school AS s ON s.school_id = l.school_id
 WHERE l.municipality_code = :code
   AND (CAST(:numbers AS text[]) IS NULL OR s.institution_number = ANY(CAST(:numbers AS text[])))
   AND (CAST(:school_id AS uuid) IS NULL OR l.school_id = :school_id) AND {after}
 ORDER BY {order} LIMIT :size
"""


async def add(session: WriteSession, kept: KeptList, pupils: Sequence[KeptPupil]) -> None:
    """Write the list and its pupils."""
    session.add(
        KeptListRow(
            kept_list_id=kept.kept_list_id,
            municipality_code=kept.municipality_code,
            school_id=kept.school_id,
            as_of=kept.as_of,
            filters=as_stored(kept.wanted),
            rule_set=kept.rule_set,
            version=kept.version,
            screened=kept.screened,
            not_shown=kept.not_shown,
            flagged=kept.flagged,
            expected_percent=kept.expected_percent,
            outcomes={rule: dict(found) for rule, found in kept.outcomes.items()},
            pupils=kept.pupils,
            kept_by=kept.kept_by,
            kept_at=kept.kept_at,
        )
    )
    await session.flush()
    given = {
        "kept_list_id": kept.kept_list_id,
        "code": kept.municipality_code,
        "positions": [each.position for each in pupils],
        "pupils": [each.pupil_id for each in pupils],
        "schools": [each.school_id for each in pupils],
        "numbers": [each.institution_number for each in pupils],
        "classes": [each.class_id for each in pupils],
        "names": [each.class_name for each in pupils],
        "grades": [each.grade for each in pupils],
        "verdicts": [json.dumps([one.model_dump(mode="json") for one in each.verdicts]) for each in pupils],
    }
    await session.execute(_ADD_PUPILS, given)


async def one(session: ReadSession, kept_list_id: UUID) -> KeptList | None:
    """The list, if the session may see it."""
    row = (await session.execute(_ONE, {"kept_list_id": kept_list_id})).mappings().one_or_none()
    return None if row is None else _read(row)


async def subject_of(session: ReadSession, kept_list_id: UUID) -> UUID | str | None:
    """The school of the list, or the municipality of a list without one; None if the session may not see it."""
    row = (await session.execute(_SUBJECT, {"kept_list_id": kept_list_id})).one_or_none()
    if row is None:
        return None
    found: UUID | str = row.school_id or row.municipality_code
    return found


async def pupil_ids(session: ReadSession, kept_list_id: UUID) -> dict[int, UUID]:
    """The pupils that the list still has, by position."""
    found = await session.execute(_IDS, {"kept_list_id": kept_list_id})
    return {row[0]: row[1] for row in found}


async def pupils(session: ReadSession, kept_list_id: UUID, positions: Iterable[int]) -> list[KeptPupil]:
    """The rows at these positions."""
    given = {"kept_list_id": kept_list_id, "positions": list(positions)}
    return [
        KeptPupil(**{**row, "verdicts": tuple(map(ScreeningVerdict.model_validate, row["verdicts"]))})
        for row in (await session.execute(_PUPILS, given)).mappings()
    ]


async def page(
    session: ReadSession,
    code: str,
    *,
    numbers: Sequence[str] | None,
    school_id: UUID | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[KeptList]:
    """A page of the municipality's kept lists. ``numbers`` are the only institutions that it may show; None: all."""
    condition, by = order.sql(_ORDERS, Sortable("l.kept_list_id", "uuid"))
    given = {
        "code": code,
        "numbers": None if numbers is None else list(numbers),
        "school_id": school_id,
        "size": size,
        **parameters(after),
    }
    rows = await session.execute(text(_LIST.format(after=condition, order=by)), given)
    return [_read(row) for row in rows.mappings()]


def _read(row: Mapping[Any, Any]) -> KeptList:
    filters = row["filters"]
    wanted = Wanted(
        rule=filters["rule"],
        outcome=None if filters["outcome"] is None else ScreeningOutcome(filters["outcome"]),
        class_id=None if filters["class_id"] is None else UUID(filters["class_id"]),
        grade=filters["grade"],
        everyone=filters["everyone"],
    )
    return KeptList(wanted=wanted, **{name: value for name, value in row.items() if name != "filters"})
