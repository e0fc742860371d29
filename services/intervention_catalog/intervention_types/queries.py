"""Reading and writing published types."""

from sqlalchemy import func, insert, text
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.rules.catalog import InterventionType
from libs.shared.rules.wording import Text
from services.intervention_catalog.intervention_types.domain import PublishedType, TypeContent, Variant
from services.intervention_catalog.intervention_types.tables import InterventionTypeVersion as Row

# A version is a new row, so there is no row whose lock would make the next publisher wait. Readers are not held up.
_TAKE_TURN = text("LOCK TABLE intervention_type_version IN SHARE ROW EXCLUSIVE MODE")

_NEWEST = col(Row.aggregate_version).desc()
_OTHER = aliased(Row)


async def take_turn(session: WriteSession) -> None:
    """Wait until no other transaction publishes types; the turn ends with the transaction."""
    await session.execute(_TAKE_TURN)


async def current(session: ReadSession, intervention_type: InterventionType) -> PublishedType | None:
    """The newest version of the type."""
    wanted = select(Row).where(col(Row.intervention_type) == intervention_type.value).order_by(_NEWEST).limit(1)
    row = (await session.execute(wanted)).scalar_one_or_none()
    return _published(row) if row else None


async def current_by_letter(session: ReadSession, letter: str) -> PublishedType | None:
    """The newest version of the type with that letter."""
    wanted = select(Row).where(col(Row.letter) == letter).order_by(_NEWEST).limit(1)
    row = (await session.execute(wanted)).scalar_one_or_none()
    return _published(row) if row else None


async def all_current(session: ReadSession) -> list[PublishedType]:
    """The newest version of every type, by letter."""
    same_type = col(_OTHER.intervention_type) == col(Row.intervention_type)
    newest = select(func.max(_OTHER.aggregate_version)).where(same_type).scalar_subquery()
    wanted = select(Row).where(col(Row.aggregate_version) == newest).order_by(col(Row.letter))
    return [_published(row) for row in (await session.execute(wanted)).scalars()]


async def add(session: WriteSession, content: TypeContent, aggregate_version: int) -> None:
    """Write a version."""
    row = {
        "intervention_type": content.intervention_type.value,
        "aggregate_version": aggregate_version,
        "letter": content.letter,
        "name_da": content.name.da,
        "name_en": content.name.en,
        "variants": [variant.model_dump(mode="json") for variant in content.variants],
        "valid_from": content.valid_from,
        "valid_to": content.valid_to,
    }
    await session.execute(insert(Row).values(row))


def _published(row: Row) -> PublishedType:
    content = TypeContent(
        intervention_type=InterventionType(row.intervention_type),
        letter=row.letter,
        name=Text(da=row.name_da, en=row.name_en),
        variants=tuple(Variant.model_validate(variant) for variant in row.variants),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
    return PublishedType(content, row.aggregate_version, row.published_at)
