"""Reads the copies."""

from typing import Any

from sqlalchemy import RowMapping, text

from libs.shared.contracts.catalog import TypePeriod
from libs.shared.db.database import ReadSession
from libs.shared.rules.rule_sets import RuleSet
from services.registration.copies.catalog.domain import ReceivedType

_RULE_SETS = text("SELECT content FROM rule_set WHERE family = :family")
_NAMED = text("SELECT content FROM rule_set WHERE rule_set = :name")
_TYPES = text("SELECT intervention_type, variants, valid_from, valid_to, periods FROM intervention_type")


async def rule_sets(session: ReadSession, family: str) -> list[RuleSet]:
    """The family's sets, one version for each name and first day."""
    return [
        RuleSet.model_validate(content) for content in (await session.execute(_RULE_SETS, {"family": family})).scalars()
    ]


async def named_rule_sets(session: ReadSession, name: str) -> list[RuleSet]:
    """The sets of this name, one version for each first day."""
    return [RuleSet.model_validate(content) for content in (await session.execute(_NAMED, {"name": name})).scalars()]


async def types(session: ReadSession) -> list[ReceivedType]:
    """All types, valid or not."""
    return [
        ReceivedType(
            row["intervention_type"], [TypePeriod.model_validate(each) for each in row["periods"] or [_whole(row)]]
        )
        for row in (await session.execute(_TYPES)).mappings()
    ]


def _whole(row: RowMapping) -> dict[str, Any]:
    """The only period of a type whose event named none."""
    return {name: row[name] for name in ("valid_from", "valid_to", "variants")}
