"""Bodies and answers of the catalog, with the fields that its callers use."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from libs.shared.client.operations import Read, Written
from libs.shared.rules.wording import Text


class Segment(Read):
    """A piece of a text; ``match`` says that it is what was searched."""

    text: str
    match: bool


class Highlight(Read):
    """Where in an item the words were found."""

    segments: list[Segment]


class Hit(Read):
    """Something that was found."""

    kind: str
    id: str
    themes: list[str]
    highlights: list[Highlight]


class SearchAnswer(Read):
    """What a search gives: its first page, and how many hits there are in all."""

    items: list[Hit]
    total: int


class TrialMunicipality(Written):
    """Who tries it."""

    code: str
    name: str


class TrialAction(Written):
    """What a municipality tries, in Danish and English."""

    municipality: TrialMunicipality
    title: Text
    themes: Sequence[str]
    stages: Sequence[Literal["lower", "middle", "upper"]]
    target: Text
    done: Text
    next_steps: Text
    status: Literal["not_started", "running", "continues", "spread", "stopped"]
    status_reason: Text


class DraftAsked(Written):
    """A draft of a trial action."""

    kind: Literal["trial_action"]
    content: TrialAction


class Draft(Read):
    """A draft as it stands."""

    draft_id: UUID
    item_id: str
    version: int
    published_version: int | None
