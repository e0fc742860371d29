"""The four kinds of content, declared once; routes, drafts, loading and search use this declaration."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.models.intervention_types import TypeContent
from services.intervention_catalog.content.models.recommendations import Recommendation
from services.intervention_catalog.content.models.shared import ContentText, Id, Part
from services.intervention_catalog.content.models.support_levels import SupportLevel
from services.intervention_catalog.content.models.trial_actions import ByAudience, TrialAction
from services.intervention_catalog.kinds.published import PublishedType


@dataclass(frozen=True, slots=True)
class ContentKind:
    """One kind of content.

    ``path`` is its address under ``/v1``, ``id_field`` the field of the content that holds the item's id, ``written``
    the model of drafts and ``published`` that of published content. ``hidden_when_withdrawn``: the content of a
    withdrawn item is no longer shown to anybody. This holds for what municipalities write, as they may withdraw a text
    because it identifies a child; withdrawn types, levels and recommendations stay readable, as they explain earlier
    courses.
    """

    kind: Kind
    path: str
    name_da: str
    name_en: str
    id_field: str
    example_id: str
    written: type[Part]
    published: type[Part]
    hidden_when_withdrawn: bool = False
    municipal: bool = False
    """Whether municipalities write drafts of it."""


class WrittenTrialAction(TrialAction):
    """A trial action in a draft: a new item gets its id from the service, and unknown parts may be left out."""

    id: Id | None = None  # type: ignore[assignment] # wider than what is published
    schools: tuple[str, ...] = ()
    experienced: ByAudience = ByAudience()
    expected: ByAudience = ByAudience()
    learned: ContentText | None = None


KINDS: Mapping[Kind, ContentKind] = {
    each.kind: each
    for each in (
        ContentKind(
            Kind.INTERVENTION_TYPE,
            path="intervention-types",
            name_da="Indsatstyper",
            name_en="Intervention types",
            id_field="letter",
            example_id="C",
            written=TypeContent,
            published=PublishedType,
        ),
        ContentKind(
            Kind.SUPPORT_LEVEL,
            path="support-levels",
            name_da="Støtteniveauer",
            name_en="Support levels",
            id_field="id",
            example_id="3T",
            written=SupportLevel,
            published=SupportLevel,
        ),
        ContentKind(
            Kind.TRIAL_ACTION,
            path="trial-actions",
            name_da="Prøvehandlinger",
            name_en="Trial actions",
            id_field="id",
            example_id="ishoj",
            written=WrittenTrialAction,
            published=TrialAction,
            hidden_when_withdrawn=True,
            municipal=True,
        ),
        ContentKind(
            Kind.RECOMMENDATION,
            path="recommendations",
            name_da="Anbefalinger",
            name_en="Recommendations",
            id_field="id",
            example_id="5.1.1.a.text",
            written=Recommendation,
            published=Recommendation,
        ),
    )
}
