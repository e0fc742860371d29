"""Bodies and answers of projects and guidance, with the fields that their callers use."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import PrivateAttr

from libs.shared.client.operations import Page, Read, Written
from libs.shared.descriptions.description import Description
from libs.shared.rules.composition.plan import Plan


class ProjectAsked(Written):
    """A project, its plan and its description, as far as they are written."""

    title: str
    school_ids: Sequence[UUID]
    initiative_id: UUID | None = None
    plan: Plan | None = None
    description: Description = Description()


class Remark(Read):
    """A remark of the secretariat."""

    text: str
    pointer: str | None = None


class Project(Read):
    """A project as it stands. ``etag`` is the condition of the next change of it."""

    project_id: UUID
    status: str
    version: int
    version_in_force: int | None
    approved_by: str | None
    remarks: list[Remark]
    _etag: str = PrivateAttr(default="")

    @property
    def etag(self) -> str:
        """The ``ETag`` of the answer in which it was read."""
        return self._etag

    def tagged(self, etag: str) -> Self:
        """The same, with the ``ETag`` of its answer."""
        self._etag = etag
        return self


class RuleReason(Written):
    """Why the warning of a rule is passed over."""

    rule_id: str
    reason: str


class Reasons(Written):
    """What is said when a project is submitted or approved."""

    reasons: Sequence[RuleReason] = ()


class RemarkWritten(Written):
    """A remark on a project, about the field of ``pointer`` or about the whole."""

    text: str
    pointer: str | None = None


class Returned(Written):
    """What is said when a project is returned."""

    remarks: Sequence[RemarkWritten]


class ProjectStep(Read):
    """A step of a project's history."""

    version: int
    step: str
    decided_by: str


ProjectHistory = Page[ProjectStep]


class GuidanceWritten(Written):
    """Guidance that the secretariat gave."""

    municipality_code: str
    given_on: date
    kind: Literal["needs", "efforts", "organisation", "budget", "registration", "other"]
    channel: Literal["telephone", "mail", "meeting", "visit"]
    text: str


class Guidance(Read):
    """An entry of the log of guidance."""

    guidance_id: UUID
    kind: str
    text: str
