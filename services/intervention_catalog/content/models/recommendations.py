"""``recommendations.yaml``: the recommendations of the inclusion review (source 003)."""

from enum import StrEnum

from pydantic import Field

from services.intervention_catalog.content.models.shared import ContentText, Id, Part, Sources, Theme


class Audience(StrEnum):
    """Who is to act. The school's management is the school leader or the school board."""

    MINISTER = "minister"
    MUNICIPAL_COUNCIL = "municipal_council"
    SCHOOL_LEADER = "school_leader"
    SCHOOL_BOARD = "school_board"
    EVERYONE = "everyone"


class Weight(StrEnum):
    """The weight that the expert group gives a recommendation.

    The source at hand is the short edition. Its boxes hold both supporting recommendations and inspiration, which only
    the full report distinguishes, so both have one value here.
    """

    CENTRAL = "central"
    SUPPORTING_OR_INSPIRATION = "supporting_or_inspiration"


class RecommendationTheme(Theme):
    """A theme, which is a section of the source."""

    section: str


class Recommendation(Part):
    """One bullet. ``audience`` is empty if the source names none. Numbers are not unique; ``id`` is."""

    id: Id
    numbers: tuple[str, ...] = Field(min_length=1)
    audience: tuple[Audience, ...]
    weight: Weight
    theme: str
    text: ContentText
    sources: Sources


class RecommendationsFile(Part):
    """The whole file."""

    themes: tuple[RecommendationTheme, ...]
    recommendations: tuple[Recommendation, ...]
