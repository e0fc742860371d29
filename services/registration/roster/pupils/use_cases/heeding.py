"""Protects the names of pupils of whom a row says that the name is protected, although the row is not taken.

A child must not be shown because somebody wrote a wrong class. So the protection counts although the row is refused, if
the row is certain to be about the pupil; else its refusal says that the name is not protected by it.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from libs.shared.db.database import WriteSession
from libs.shared.files.columns import TRUTHS
from libs.shared.files.errors import FieldError
from libs.shared.files.kinds.pupils import NOT_PROTECTED
from libs.shared.imports.batch import Batch
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, normalise
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils.cases import Decision
from services.registration.roster.pupils.domain import Identity, IsRealCprNumber
from services.registration.roster.pupils.evidence import Likeness, Match, compare
from services.registration.roster.pupils.names import Names
from services.registration.roster.pupils.queries import name_protection
from services.registration.roster.pupils.roster import Roster
from services.registration.roster.pupils.use_cases.concealing import NAME, PROTECTED

_PROVEN = (IdentifierKind.CPR_NUMBER, IdentifierKind.UNI_LOGIN)


async def heed(
    session: WriteSession,
    roster: Roster,
    batch: Batch,
    rows: Sequence[Mapping[str, str]],
    is_real_cpr: IsRealCprNumber,
) -> Mapping[int, FieldError]:
    """Protect the names, and return an error for each row that protects nobody."""
    saying = {index: _identity(row) for index, row in enumerate(rows) if _says_so(row)}
    if not saying:
        return {}
    await lock_roster(session, batch.municipality_code)
    await roster.load(session, list(saying.values()))
    found = {index: _certain(roster, row, batch.institutions, is_real_cpr) for index, row in saying.items()}
    known = {each for each in found.values() if each is not None}
    await name_protection.protect(session, batch, sorted(known))
    return {index: FieldError(NOT_PROTECTED, PROTECTED) for index, each in found.items() if each is None}


def _certain(
    roster: Roster, row: Identity, institutions: Collection[str] | None, is_real_cpr: IsRealCprNumber
) -> UUID | None:
    """The one pupil of all the row's identifiers that are known, if nothing speaks against it, and the name is the
    pupil's whole name or a CPR number or UNI-Login is the pupil's, or a person decided that the name is the pupil's.

    A sender that is limited to some institutions says nothing about pupils of others, and does not learn who is known.
    """
    pupils = {roster.pupils[each] for each in row.identifiers if each in roster.pupils}
    if len(pupils) != 1:
        return None
    (pupil_id,) = pupils
    stored = roster.identity(pupil_id)
    claims = roster.stays(pupil_id).claims
    if stored is None or (institutions is not None and all(c.institution_number not in institutions for c in claims)):
        return None
    names, owned = Names([stored.name]), roster.owned(pupil_id)
    proven = any(each in owned for each in row.identifiers if each[0] in _PROVEN) or names.alike(row.name)
    match = compare(Likeness(stored, owned, names), row, is_real_cpr)
    if (case := roster.cases.find(pupil_id, row.name)) is not None and case.decision is Decision.SAME_PUPIL:
        return pupil_id if match is not Match.AGAINST else None
    return pupil_id if proven and match is Match.SAME else None


def _identity(row: Mapping[str, str]) -> Identity:
    """The row's identifiers, as far as they can be read, and its name."""
    found: dict[IdentifierKind, str | None] = {}
    for kind in IdentifierKind:
        try:
            found[kind] = normalise(kind, row.get(kind.value, ""))
        except IdentifierInvalid:
            found[kind] = None
    name = " ".join(unicodedata.normalize("NFC", row.get(NAME, "")).split())
    numbers = (found[IdentifierKind.CPR_NUMBER], found[IdentifierKind.UNI_LOGIN], found[IdentifierKind.LOCAL_ID])
    return Identity(*numbers, name)


def _says_so(row: Mapping[str, str]) -> bool:
    return TRUTHS.get(row.get(PROTECTED, "").strip().casefold()) == "true"
