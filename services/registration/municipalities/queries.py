"""Reading and writing municipalities."""

from sqlalchemy import text

from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.db.database import WriteSession

# The version rises under the row's lock, and only when something differs: no row comes back for the same again.
_PUT = text("""
INSERT INTO municipality AS m (municipality_code, name, status, aggregate_version)
VALUES (:code, :name, :status, 1)
ON CONFLICT (municipality_code) DO UPDATE
   SET name = excluded.name, status = excluded.status, aggregate_version = m.aggregate_version + 1
 WHERE (m.name, m.status) IS DISTINCT FROM (excluded.name, excluded.status)
RETURNING municipality_code, name, status, aggregate_version
""")


async def put(session: WriteSession, code: str, name: str, status: str) -> MunicipalityChanged | None:
    """Write the municipality; its new state, or None if it already was so."""
    row = (await session.execute(_PUT, {"code": code, "name": name, "status": status})).mappings().one_or_none()
    return MunicipalityChanged.model_validate(dict(row)) if row else None
