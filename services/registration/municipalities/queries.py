"""Reading and writing municipalities."""

from sqlalchemy import text

from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.republishing import Place

# The version rises under the row's lock, and only when something differs: no row comes back for the same again.
_PUT = text("""
INSERT INTO municipality AS m (municipality_code, name, status, aggregate_version)
VALUES (:code, :name, :status, 1)
ON CONFLICT (municipality_code) DO UPDATE
   SET name = excluded.name, status = excluded.status, aggregate_version = m.aggregate_version + 1
 WHERE (m.name, m.status) IS DISTINCT FROM (excluded.name, excluded.status)
RETURNING municipality_code, name, status, aggregate_version
""")


_STATE = text("""
SELECT municipality_code, name, status, aggregate_version FROM municipality
 WHERE municipality_code = :code AND CAST(:after AS text) IS NULL FOR UPDATE
""")


async def states(session: WriteSession, code: str, after: Place | None, _size: int) -> list[MunicipalityChanged]:
    """The municipality's state, its row locked; nothing after itself."""
    found = await session.execute(_STATE, {"code": code, "after": after[0] if after else None})
    return [MunicipalityChanged.model_validate(dict(row)) for row in found.mappings()]


async def put(session: WriteSession, code: str, name: str, status: str) -> MunicipalityChanged | None:
    """Write the municipality; its new state, or None if it already was so."""
    row = (await session.execute(_PUT, {"code": code, "name": name, "status": status})).mappings().one_or_none()
    return MunicipalityChanged.model_validate(dict(row)) if row else None
