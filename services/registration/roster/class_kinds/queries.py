"""Reading and writing the rules."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.class_kinds.domain import KindRule

_RULES = text("""
SELECT institution_number, rules FROM class_kind_rules
 WHERE municipality_code = :code AND institution_number = ANY(CAST(:numbers AS text[]))
""")

_PUT = text("""
INSERT INTO class_kind_rules (municipality_code, institution_number, rules, changed_at)
VALUES (:code, :number, CAST(:rules AS jsonb), :now)
ON CONFLICT (municipality_code, institution_number)
   DO UPDATE SET rules = excluded.rules, changed_at = excluded.changed_at
""")

_DELETE = text("DELETE FROM class_kind_rules WHERE municipality_code = :code AND institution_number = :number")


async def of_schools(session: ReadSession, code: str, numbers: Iterable[str]) -> Mapping[str, Sequence[KindRule]]:
    """The rules of those of the municipality's schools that have any, by institution number."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    found = await session.execute(_RULES, {"code": code, "numbers": wanted})
    return {number: [KindRule(**rule) for rule in rules] for number, rules in found}


async def put(session: WriteSession, code: str, number: str, rules: Sequence[KindRule], now: datetime) -> None:
    """Create or replace a school's rules."""
    given = {"code": code, "number": number, "rules": json.dumps([asdict(rule) for rule in rules]), "now": now}
    await session.execute(_PUT, given)


async def delete(session: WriteSession, code: str, number: str) -> None:
    """Delete a school's rules."""
    await session.execute(_DELETE, {"code": code, "number": number})
