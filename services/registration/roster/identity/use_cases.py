"""Finds the persons of CPR numbers."""

from collections.abc import Mapping
from uuid import UUID

from libs.shared.db.database import WriteSession
from libs.shared.db.named_access import under
from libs.shared.db.scope import Access
from libs.shared.privacy.keys import BlindIndex
from services.registration.roster.identity import queries

_FIELD = "cpr_number"


async def persons(session: WriteSession, index: BlindIndex, proposed: Mapping[str, UUID]) -> dict[str, UUID]:
    """The person id of each CPR number (ten digits), whichever municipality sent it first; an unknown number's person
    gets the proposed id. The caller gets an id and cannot see whether the person was known before.

    Two concurrent imports with the same new number get the same id: the second waits for the first and reads it.
    """
    if not proposed:
        return {}
    blind = {number: index.all_values(_FIELD, number) for number in proposed}
    async with under(session, Access.IDENTITY):
        known = await queries.find(session, (key for keys in blind.values() for key in keys))
        missing = []
        for number, keys in blind.items():
            if keys[0] not in known:  # unknown, or known by a key from before a rotation
                older = next((known[key] for key in keys if key in known), None)
                missing.append((*keys[0], older or proposed[number]))
        if missing:
            added = await queries.add(session, missing)
            known |= {(key_id, value): person_id for key_id, value, person_id in missing}
            if added < len(missing):  # another import has added some of them meanwhile, with ids of its own
                known |= await queries.find(session, ((key_id, value) for key_id, value, _ in missing))
    return {number: known[keys[0]] for number, keys in blind.items()}
