"""``inventory.yaml``: the list of items in the sources, made from the sources only; the other files are checked against
it.
"""

from enum import StrEnum
from typing import Literal

from services.intervention_catalog.content.models.shared import LineRange, Part


class Addressed(StrEnum):
    """The audience in the heading above a recommendation.

    ``nobody_named``: the heading names no audience, but the sentence does. ``box``: it is in the box of a section.
    """

    MINISTER = "minister"
    MUNICIPAL_COUNCIL = "municipal_council"
    NOBODY_NAMED = "nobody_named"
    BOX = "box"


class TrialActionFound(Part):
    """A trial action: its line in the source's list, and the first and last line of its text."""

    id: str
    municipality: str
    school: str | None
    listed_at: int
    lines: LineRange


class RecommendationFound(Part):
    """A bullet with its numbers. Three numbers are used for two recommendations each, and one bullet
    has two numbers.
    """

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
    """All trial actions and recommendations of the sources."""

    trial_actions: TrialActionsFound
    recommendations: RecommendationsFound
