"""Which names are left out of the refused rows that a sender gets back to correct."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from libs.shared.db.database import ReadSession
from libs.shared.files.columns import TRUTHS
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, normalise
from libs.shared.privacy.keys import LookupKeys
from services.registration.roster.pupils.queries import name_protection, pupils
from services.registration.roster.pupils.queries.pupils import KeyRow

NAME, PROTECTED = "name", "name_protected"


async def concealed(
    session: ReadSession,
    lookup_keys: LookupKeys,
    code: str,
    columns: Collection[str],
    rows: Sequence[Mapping[str, str]],
) -> Sequence[Collection[str]]:
    """The name of a row that says anything but ``false`` of its protection, or whose pupil is known and protected. A
    row that cannot be read may be about such a pupil, if there can be any.
    """
    keys = await asyncio.to_thread(_keys, lookup_keys, code, rows)
    known = await pupils.by_key(session, code, (key for found in keys for key in found))
    protected = await name_protection.protected(session, known.values())
    unreadable = PROTECTED in columns or await name_protection.any_protected(session, code)
    hidden: list[Collection[str]] = []
    for row, found in zip(rows, keys, strict=True):
        is_protected = any(known.get(key) in protected for key in found)
        if unreadable if not row else is_protected or _says_so(row):
            hidden.append((NAME,))
        else:
            hidden.append(())
    return hidden


def _says_so(row: Mapping[str, str]) -> bool:
    said = row.get(PROTECTED, "").strip().casefold()
    return bool(said) and TRUTHS.get(said) != "false"


def _keys(lookup_keys: LookupKeys, code: str, rows: Sequence[Mapping[str, str]]) -> list[list[KeyRow]]:
    """The lookup keys of each row's identifiers, as far as they can be read."""
    found: list[list[KeyRow]] = []
    for row in rows:
        of_row: list[KeyRow] = []
        for kind in IdentifierKind:
            try:
                value = normalise(kind, row.get(kind.value, ""))
            except IdentifierInvalid:
                continue
            of_row += ((kind.value, *key) for key in lookup_keys.all_values(kind, value, code))
        found.append(of_row)
    return found
