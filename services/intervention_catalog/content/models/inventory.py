"""``inventory.yaml``: what the sources hold, made from them alone; the other files are held against it."""

from enum import StrEnum
from typing import Literal

from services.intervention_catalog.content.models.shared import LineRange, Part


class Addressed(StrEnum):
    """Whom the heading above a recommendation addresses.

    ``nobody_named``: the heading names nobody and the sentence does. ``box``: it stands in a section's box.
    """

    MINISTER = "minister"
    MUNICIPAL_COUNCIL = "municipal_council"
    NOBODY_NAMED = "nobody_named"
    BOX = "box"


class TrialActionFound(Part):
    """A trial action: its line in the source's list, and its first and last line in the text."""

    id: str
    municipality: str
    school: str | None
    listed_at: int
    lines: LineRange


class RecommendationFound(Part):
    """A bullet: its numbers, as three stand for two recommendations each and one bullet carries two."""

    id: str
    numbers: tuple[str, ...]
    tier: Literal["text", "box"]
    addressed: Addressed
    section: str
    lines: LineRange


class TrialActionsFound(Part):
    """The trial actions of one source."""

    file: str
    items: tuple[TrialActionFound, ...]


class RecommendationsFound(Part):
    """The recommendation bullets of one source."""

    file: str
    items: tuple[RecommendationFound, ...]


class Inventory(Part):
    """All that the sources hold of both."""

    trial_actions: TrialActionsFound
    recommendations: RecommendationsFound
