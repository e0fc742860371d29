"""Reading the copies."""

from typing import Any

from sqlalchemy import RowMapping, text

from libs.shared.contracts.catalog import TypePeriod
from libs.shared.db.database import ReadSession
from libs.shared.rules.rule_sets import RuleSet
from services.registration.copies.catalog.domain import ReceivedType

_RULE_SETS = text("""
INSERT INTO rule_set AS t (rule_set, version, family, content, aggregate_version)
SELECT rule_set, version, content ->> 'family', content, aggregate_version
  FROM jsonb_to_recordset(CAST(:rows AS jsonb))
       AS given (rule_set text, version int, content jsonb, aggregate_version int)
ON CONFLICT (rule_set, version) DO UPDATE
   SET family = excluded.family, content = excluded.content, aggregate_version = excluded.aggregate_version
 WHERE excluded.aggregate_version > t.aggregate_version
""")

_PUT_TYPES = text("""
INSERT INTO intervention_type AS t (intervention_type, variants, valid_from, valid_to, periods, aggregate_version)
SELECT intervention_type, variants, valid_from, valid_to, periods, aggregate_version
  FROM jsonb_to_recordset(CAST(:rows AS jsonb))
       AS given (intervention_type text, variants text[], valid_from date, valid_to date, periods jsonb,
                 aggregate_version int)
ON CONFLICT (intervention_type) DO UPDATE
   SET variants = excluded.variants, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
       periods = excluded.periods, aggregate_version = excluded.aggregate_version
 WHERE excluded.aggregate_version > t.aggregate_version
""")

_RULE_SETS = text("SELECT content FROM rule_set WHERE family = :family")
_TYPES = text("SELECT intervention_type, variants, valid_from, valid_to, periods FROM intervention_type")


async def rule_sets(session: ReadSession, family: str) -> list[RuleSet]:
    """The family's sets, one version for each name and first day."""
    return [
        RuleSet.model_validate(content) for content in (await session.execute(_RULE_SETS, {"family": family})).scalars()
    ]


async def types(session: ReadSession) -> list[ReceivedType]:
    """All types, valid or not."""
    return [
        ReceivedType(
            row["intervention_type"], [TypePeriod.model_validate(each) for each in row["periods"] or [_whole(row)]]
        )
        for row in (await session.execute(_TYPES)).mappings()
    ]


def _whole(row: RowMapping) -> dict[str, Any]:
    """The one period of a type whose event named none."""
    return {name: row[name] for name in ("valid_from", "valid_to", "variants")}
