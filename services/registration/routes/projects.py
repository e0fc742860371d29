"""``/v1/projects``."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response, status
from pydantic import BaseModel, ConfigDict, Field

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock
from libs.shared.base.date_window import DaysInside
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.free_text import FreeTexts
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.access import require
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from services.registration.access import scope_of
from services.registration.projects import use_cases
from services.registration.projects.domain import ProjectStatus
from services.registration.projects.sealing import REASONS, open_reason
from services.registration.projects.tables import Project
from services.registration.routes.given import Title, Words

_BESIDE_TEACHING = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
_PLAN: dict[str, Any] = {
    "scope": "project",
    "start": "2023-08-14",
    "end": "2024-06-21",
    "efforts": [
        {
            "variant": "A1",
            "weekly_amount": "10.5",
            "unit": "lessons",
            "weeks": 20,
            "organisation": "stations",
            **_BESIDE_TEACHING,
        },
        {
            "variant": "C",
            "group_size": 4,
            "weekly_amount": "4",
            "unit": "sessions",
            "weeks": 12,
            "minutes_per_session": 30,
            "content_described": True,
            "goals_described": True,
            **_BESIDE_TEACHING,
        },
    ],
    **dict.fromkeys(("anchoring", "communication", "daily_responsibility", "substitutes", "rooms"), True),
    "staff_and_parents_informed": True,
}
_PROJECT: dict[str, Any] = {
    "title": "Flere med i fællesskabet",
    "school_ids": ["7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"],
    "plan": _PLAN,
}

_Planner = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM))]
_Reader = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.SECRETARIAT))]
_Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]


class ProjectIn(BaseModel):
    """A project description: its schools and its plan, which needs an end."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_PROJECT]})

    title: Title
    school_ids: list[UUID] = Field(min_length=1, max_length=100)
    plan: Annotated[Plan, DaysInside, FreeTexts]


class SubmitIn(BaseModel):
    """What is said on submission."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": None}]})

    reason: Words | None = Field(default=None, description="Needed when a rule gives a warning.")


class ApproveIn(BaseModel):
    """What the secretariat says on approval."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": None, "aggregate_version": 2}]}
    )

    reason: Words | None = Field(default=None, description="Needed when a rule gives a warning.")
    aggregate_version: int | None = Field(
        default=None, ge=1, description="The version that was read; another one is refused."
    )


class ProjectOut(BaseModel):
    """A project description, and where it stands."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
                    "municipality_code": "101",
                    **_PROJECT,
                    "status": "submitted",
                    "verdicts": [],
                    "submitted_by": "k1:0123456789abcdef0123456789abcdef",
                    "submitted_at": "2023-06-30T12:00:00Z",
                    "submit_reason": None,
                    "approved_by": None,
                    "approved_at": None,
                    "approve_reason": None,
                    "aggregate_version": 2,
                }
            ]
        },
    )

    project_id: UUID
    municipality_code: MunicipalityCode
    title: str
    school_ids: list[UUID]
    plan: Plan
    status: ProjectStatus
    verdicts: list[CheckVerdict] = Field(description="Of the last submission or approval; each names its rule set.")
    submitted_by: str | None = Field(description="The keyed name of the caller, as in the request log.")
    submitted_at: datetime | None
    submit_reason: str | None
    approved_by: str | None
    approved_at: datetime | None
    approve_reason: str | None
    aggregate_version: int


def projects_router(db: Database, outbox: Outbox, texts: SealedTexts, clock: Clock) -> APIRouter:
    """Project descriptions, for schools and the secretariat."""
    router = APIRouter(prefix="/v1/projects", tags=["projects"])

    @router.post(
        "", status_code=status.HTTP_201_CREATED, summary="Begin a project description", responses={201: LOCATED}
    )
    async def create(body: ProjectIn, caller: _Planner, asked: MayRepeat, response: Response) -> ProjectOut:
        scope = Scope(caller.municipality_codes)
        async with db.write(scope) as session:
            made = await once(
                session,
                Attempt.of(asked, caller, scope, clock()),
                create=lambda: use_cases.create_project(
                    session, outbox, caller, title=body.title, school_ids=body.school_ids, plan=body.plan
                ),
                reference=lambda project: str(project.project_id),
                again=lambda project_id: use_cases.get_project(session, caller, UUID(project_id)),
            )
            located(response, f"/v1/projects/{made.project_id}")
            return _shown(texts, made)

    @router.put("/{project_id}", summary="Replace a project description; one that was submitted is a draft again")
    async def change(project_id: UUID, body: ProjectIn, caller: _Planner) -> ProjectOut:
        async with db.write(Scope(caller.municipality_codes)) as session:
            changed = await use_cases.change_project(
                session, outbox, caller, project_id, title=body.title, school_ids=body.school_ids, plan=body.plan
            )
            return _shown(texts, changed)

    @router.get("/{project_id}", summary="A project description")
    async def read(project_id: UUID, caller: _Reader) -> ProjectOut:
        async with db.read(scope_of(caller)) as session:
            return _shown(texts, await use_cases.get_project(session, caller, project_id))

    @router.post("/{project_id}/submit", summary="Submit a project description, if its plan keeps the rules")
    async def submit(project_id: UUID, caller: _Planner, body: SubmitIn | None = None) -> ProjectOut:
        async with db.write(Scope(caller.municipality_codes)) as session:
            submitted = await use_cases.submit_project(
                session, outbox, texts, caller, project_id, reason=body.reason if body else None, now=clock()
            )
            return _shown(texts, submitted)

    @router.post("/{project_id}/approve", summary="Approve a submitted project description")
    async def approve(project_id: UUID, caller: _Secretariat, body: ApproveIn | None = None) -> ProjectOut:
        said = body or ApproveIn()
        async with db.write(Scope(access=Access.SECRETARIAT)) as session:
            approved = await use_cases.approve_project(
                session,
                outbox,
                texts,
                caller,
                project_id,
                reason=said.reason,
                expected_version=said.aggregate_version,
                now=clock(),
            )
            return _shown(texts, approved)

    return router


def _shown(texts: SealedTexts, project: Project) -> ProjectOut:
    opened = {name: open_reason(texts, project, name) for name in REASONS}
    return ProjectOut.model_validate({**project.model_dump(exclude=set(REASONS)), **opened})
