"""Finds pupils by the source system's own id, which is stored only as lookup keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.auth.principal import Principal
from libs.shared.base.errors import Invalid
from libs.shared.db.database import ReadSession
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, parse_local_id
from libs.shared.privacy.keys import LookupKeys
from services.registration.access import institutions_listed
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.pupils import queries

MAX_LOOKED_UP = 50

_MEMBERSHIPS = text("""
SELECT m.pupil_id, m.class_id, s.institution_number, c.school_year, c.name AS class_name, c.grade,
       m.valid_from, m.valid_to
  FROM membership AS m JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
 WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > m.valid_from AND s.standing <> 'refused'
   AND (CAST(:numbers AS text[]) IS NULL OR s.institution_number = ANY(CAST(:numbers AS text[])))
 ORDER BY m.valid_from
""")


class LocalIdsInvalid(Invalid):
    """One of the requested ids is not a valid id."""

    code = "local_id.invalid"
    da = "Et af de lokale id'er er ikke 1–64 synlige tegn. Ret det og søg igen."
    en = "One of the local ids is not 1–64 visible characters. Correct it and search again."


@dataclass(frozen=True, slots=True)
class ClassTime:
    """A pupil's membership of a class."""

    class_id: UUID
    institution_number: str
    school_year: str
    class_name: str
    grade: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Found:
    """A pupil with the requested id."""

    pupil_id: UUID
    local_id: str
    memberships: list[ClassTime]


async def find_by_local_id(
    session: ReadSession,
    lookup_keys: LookupKeys,
    caller: Principal,
    code: str,
    local_ids: Sequence[str],
    *,
    today: date,
) -> list[Found]:
    """The pupils of these ids whom the caller may see, in the requested order, each with the memberships at the
    caller's schools. Raises ``LocalIdsInvalid``.
    """
    try:
        asked = list(dict.fromkeys(map(parse_local_id, local_ids)))
    except IdentifierInvalid:
        raise LocalIdsInvalid(pointer="/local_ids") from None
    kind = IdentifierKind.LOCAL_ID
    keys = {each: [(kind.value, *key) for key in lookup_keys.all_values(kind, each, code)] for each in asked}
    known = await queries.by_key(session, code, (key for values in keys.values() for key in values))
    pupil_ids = {each: next((known[key] for key in values if key in known), None) for each, values in keys.items()}
    shown = await shown_pupils(session, caller, filter(None, pupil_ids.values()), today)
    institutions = institutions_listed(caller)
    given = {"ids": list(shown), "numbers": None if institutions is None else sorted(institutions)}
    times: dict[UUID, list[ClassTime]] = {}
    for row in (await session.execute(_MEMBERSHIPS, given)).mappings():
        times.setdefault(row["pupil_id"], []).append(ClassTime(**{k: v for k, v in row.items() if k != "pupil_id"}))
    return [Found(each, asked, times.get(each, [])) for asked, each in pupil_ids.items() if each in shown]
