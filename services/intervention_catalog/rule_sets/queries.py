"""Reading and writing published rule sets."""

from sqlalchemy import func, insert
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.rule_sets.domain import PublishedRuleSet
from services.intervention_catalog.rule_sets.tables import RuleSetVersion as Row

_NEWEST = col(Row.version).desc()
_OTHER = aliased(Row)


async def current(session: ReadSession, name: str) -> PublishedRuleSet | None:
    """The newest version of the set."""
    wanted = select(Row).where(col(Row.name) == name).order_by(_NEWEST).limit(1)
    row = (await session.execute(wanted)).scalar_one_or_none()
    return _published(row) if row else None


async def version(session: ReadSession, name: str, number: int) -> PublishedRuleSet | None:
    """The version of the set, in force or not."""
    wanted = select(Row).where(col(Row.name) == name, col(Row.version) == number)
    row = (await session.execute(wanted)).scalar_one_or_none()
    return _published(row) if row else None


async def all_versions(session: ReadSession) -> list[PublishedRuleSet]:
    """Every version of every set, by name."""
    wanted = select(Row).order_by(col(Row.name), col(Row.version))
    return [_published(row) for row in (await session.execute(wanted)).scalars()]


async def all_current(session: ReadSession) -> list[PublishedRuleSet]:
    """The newest version of every set, by name."""
    newest = select(func.max(_OTHER.version)).where(col(_OTHER.name) == col(Row.name)).scalar_subquery()
    wanted = select(Row).where(col(Row.version) == newest).order_by(col(Row.name))
    return [_published(row) for row in (await session.execute(wanted)).scalars()]


async def add(session: WriteSession, rule_set: RuleSet, aggregate_version: int) -> None:
    """Add a version."""
    row = {
        "name": rule_set.name,
        "version": rule_set.version,
        "aggregate_version": aggregate_version,
        "family": rule_set.family,
        "valid_from": rule_set.valid_from,
        "valid_to": rule_set.valid_to,
        "content": rule_set.model_dump(mode="json"),
    }
    await session.execute(insert(Row).values(row))


def _published(row: Row) -> PublishedRuleSet:
    return PublishedRuleSet(
        name=row.name,
        version=row.version,
        family=row.family,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        published_at=row.published_at,
        aggregate_version=row.aggregate_version,
        content=RuleSet.model_validate(row.content),
    )
