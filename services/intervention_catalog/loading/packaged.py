"""The packaged content in the form in which it is published. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.models.shared import Part
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.kinds.published import as_published
from services.intervention_catalog.publications.domain import New, Origin

FIRST_DAY = date(2021, 1, 1)
"""The day from which all packaged content and rules are valid. A test compares it with the variants' own start."""


def packaged(content: Content, allowed: AllowedReferences) -> Iterator[New]:
    """Every item of the content files, kind by kind, in the order of the files."""
    for kind, items in _items(content):
        for item in items:
            written = item.model_dump(mode="json")
            yield New(
                kind=kind,
                item_id=written[KINDS[kind].id_field],
                valid_from=FIRST_DAY,
                valid_to=None,
                content=as_published(kind, written, allowed),
                origin=Origin.PACKAGED,
            )


def _items(content: Content) -> Iterator[tuple[Kind, Sequence[Part]]]:
    yield Kind.INTERVENTION_TYPE, content.types.intervention_types
    yield Kind.SUPPORT_LEVEL, content.levels.support_levels
    yield Kind.TRIAL_ACTION, content.trial_actions.trial_actions
    yield Kind.RECOMMENDATION, content.recommendations.recommendations
