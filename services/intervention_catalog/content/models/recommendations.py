"""``recommendations.yaml``: the recommendations of the inclusion review (source 003)."""

from enum import StrEnum

from pydantic import Field

from services.intervention_catalog.content.models.shared import Id, Part, Sources, Text, Theme


class Audience(StrEnum):
    """Who is to act; the school's management is the leader or the board."""

    MINISTER = "minister"
    MUNICIPAL_COUNCIL = "municipal_council"
    SCHOOL_LEADER = "school_leader"
    SCHOOL_BOARD = "school_board"
    EVERYONE = "everyone"


class Weight(StrEnum):
    """How much the expert group lays on it.

    The source at hand is the short edition: its boxes hold supporting recommendations and inspiration together, and
    only the full report tells them apart. So the two have one value until someone has read that report.
    """

    CENTRAL = "central"
    SUPPORTING_OR_INSPIRATION = "supporting_or_inspiration"


class RecommendationTheme(Theme):
    """A theme and the section of the source that it is."""

    section: str


class Recommendation(Part):
    """One bullet. ``audience`` is empty where the source names none. The numbers are no key, ``id`` is."""

    id: Id
    numbers: tuple[str, ...] = Field(min_length=1)
    audience: tuple[Audience, ...]
    weight: Weight
    theme: str
    text: Text
    sources: Sources


class RecommendationsFile(Part):
    """The whole file."""

    themes: tuple[RecommendationTheme, ...]
    recommendations: tuple[Recommendation, ...]
