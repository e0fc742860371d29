"""Finds pupils by the source system's own id, which is stored only as lookup keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, parse_local_id
from libs.shared.privacy.keys import LookupKeys
from services.registration.access import institutions_listed
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.pupils.errors import LocalIdsInvalid
from services.registration.roster.pupils.queries import class_times, pupils
from services.registration.roster.pupils.queries.class_times import ClassTime


@dataclass(frozen=True, slots=True)
class PupilWithId:
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
) -> list[PupilWithId]:
    """The pupils of these ids whom the caller may see, in the requested order, each with the memberships at the
    caller's schools. Raises ``LocalIdsInvalid``.
    """
    try:
        asked = list(dict.fromkeys(map(parse_local_id, local_ids)))
    except IdentifierInvalid:
        raise LocalIdsInvalid(pointer="/local_ids") from None
    kind = IdentifierKind.LOCAL_ID
    keys = {each: [(kind.value, *key) for key in lookup_keys.all_values(kind, each, code)] for each in asked}
    known = await pupils.by_key(session, code, (key for values in keys.values() for key in values))
    pupil_ids = {each: next((known[key] for key in values if key in known), None) for each, values in keys.items()}
    shown = await shown_pupils(session, caller, filter(None, pupil_ids.values()), today)
    institutions = institutions_listed(caller)
    numbers = None if institutions is None else sorted(institutions)
    times = await class_times.of_pupils(session, shown, numbers)
    return [PupilWithId(each, asked, times.get(each, [])) for asked, each in pupil_ids.items() if each in shown]
