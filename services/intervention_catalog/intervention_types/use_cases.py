"""Publishing and reading intervention types."""

from libs.shared.contracts.catalog import InterventionTypePublished
from libs.shared.contracts.catalog import Variant as PublishedVariant
from libs.shared.contracts.state import Bilingual
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.delivery.outbox import Outbox
from services.intervention_catalog.intervention_types import queries
from services.intervention_catalog.intervention_types.domain import PublishedType, TypeContent
from services.intervention_catalog.intervention_types.errors import InterventionTypeNotFound


async def publish_intervention_type(session: WriteSession, outbox: Outbox, content: TypeContent) -> int | None:
    """Publish a version with its event; its number, or None if the newest version says the same."""
    await queries.take_turn(session)
    newest = await queries.current(session, content.intervention_type)
    if newest is not None and newest.content == content:
        return None
    version = 1 if newest is None else newest.aggregate_version + 1
    await queries.add(session, content, version)
    await outbox.add(session, _event(content, version))
    return version


async def list_intervention_types(session: ReadSession) -> list[PublishedType]:
    """The types in their newest versions, by letter."""
    return await queries.all_current(session)


async def get_intervention_type(session: ReadSession, letter: str) -> PublishedType:
    """The newest version of the type with that letter. Raises ``InterventionTypeNotFound``."""
    found = await queries.current_by_letter(session, letter)
    if found is None:
        raise InterventionTypeNotFound(pointer="/letter")
    return found


def _event(content: TypeContent, version: int) -> InterventionTypePublished:
    return InterventionTypePublished(
        aggregate_version=version,
        intervention_type=content.intervention_type.value,
        letter=content.letter,
        name=Bilingual(da=content.name.da, en=content.name.en),
        variants=[
            PublishedVariant(variant=each.variant, name=Bilingual(da=each.name.da, en=each.name.en))
            for each in content.variants
        ],
        valid_from=content.valid_from,
        valid_to=content.valid_to,
    )
