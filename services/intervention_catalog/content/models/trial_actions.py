"""``trial_actions.yaml``: what the partnership's municipalities tried (source 002)."""

from enum import StrEnum

from pydantic import Field

from libs.shared.values.codes import MunicipalityCode
from services.intervention_catalog.content.models.shared import ContentText, Id, Part, SourceRef, Stage, Theme


class TrialStatus(StrEnum):
    """The status of a trial action: ``spread`` was taken up by more classes or schools, ``stopped`` did
    not work out.
    """

    NOT_STARTED = "not_started"
    RUNNING = "running"
    CONTINUES = "continues"
    SPREAD = "spread"
    STOPPED = "stopped"


class Municipality(Part):
    """A municipality: its three digits, and its name without the word *Kommune*."""

    code: MunicipalityCode
    name: str


class ByAudience(Part):
    """A change as experienced by each audience; support services count as staff. None if the source does not mention
    them.
    """

    pupils: ContentText | None = None
    staff: ContentText | None = None
    parents: ContentText | None = None
    leaders: ContentText | None = None
    administration: ContentText | None = None
    politicians: ContentText | None = None


class TrialAction(Part):
    """One trial action.

    ``experienced`` are changes that the source reports, ``expected`` those it hoped for. ``schools`` and ``stages`` are
    empty if the source names none; ``learned`` is null if the source has no such part. An item written by a
    municipality has no ``sources``.
    """

    id: Id
    municipality: Municipality
    schools: tuple[str, ...]
    title: ContentText
    themes: tuple[str, ...] = Field(min_length=1)
    stages: tuple[Stage, ...]
    target: ContentText
    done: ContentText
    experienced: ByAudience
    expected: ByAudience
    next_steps: ContentText
    learned: ContentText | None
    status: TrialStatus
    status_reason: ContentText
    remark: ContentText | None = None
    sources: tuple[SourceRef, ...] = ()


class TrialActionsFile(Part):
    """The whole file."""

    themes: tuple[Theme, ...]
    trial_actions: tuple[TrialAction, ...]
