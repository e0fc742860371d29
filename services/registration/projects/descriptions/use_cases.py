"""Writes and reads project descriptions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from libs.shared.descriptions.document import ProjectDocument
from services.registration.access import institutions_listed, own_project, own_school, require_municipality
from services.registration.projects import queries
from services.registration.projects.descriptions.queries import Wanted, listed, of_schools, place
from services.registration.projects.domain import ProjectStatus, Step, require_project_plan, stored
from services.registration.projects.errors import (
    InitiativeFixed,
    ProjectClosed,
    ProjectNotEditable,
    ProjectSchools,
    ProjectSchoolUnknown,
)
from services.registration.projects.sealing import ProjectTexts
from services.registration.projects.showing import AsRead, Shown
from services.registration.projects.tables import Project
from services.registration.projects.use_cases.desk import Desk, schools_of, shown
from services.registration.projects.use_cases.grants import require_invited
from services.registration.roster.schools import queries as schools

__all__ = ["Wanted", "change_project", "create_project", "get_project", "list_projects", "own_projects", "place"]


async def create_project(desk: Desk, document: ProjectDocument) -> Shown:
    """Write a draft, with its event. Nothing is judged yet: a draft may be unfinished.

    Raises ``ProjectScope``, ``ProjectSchoolUnknown``, ``ProjectSchools`` and ``NotInvited``.
    """
    require_project_plan(document.plan)
    code = await _municipality(desk, document.school_ids)
    await require_invited(desk.session, document.initiative_id, code)
    project = Project(
        project_id=uuid4(),
        municipality_code=code,
        title=document.title,
        school_ids=list(document.school_ids),
        status=ProjectStatus.DRAFT,
        verdicts=[],
        aggregate_version=1,
        changed_at=desk.now,
    )
    _write(desk.texts, project, document)
    await queries.add(desk.session, project)
    return await desk.tell(project, Step.CREATED)


async def change_project(desk: Desk, project_id: UUID, document: ProjectDocument, as_read: AsRead) -> Shown:
    """Replace the content of a version that is not approved; it is a draft again. The same content changes nothing.

    Raises what ``create_project`` and ``Desk.changeable`` raise, ``ProjectNotEditable``, ``ProjectClosed`` and
    ``InitiativeFixed``.
    """
    require_project_plan(document.plan)
    project = await desk.changeable(project_id, as_read)
    if project.status == ProjectStatus.CLOSED:
        raise ProjectClosed
    if project.status == ProjectStatus.APPROVED:
        raise ProjectNotEditable
    if await _municipality(desk, document.school_ids) != project.municipality_code:
        raise ProjectSchools(pointer="/school_ids")
    if project.version_in_force is not None and document.initiative_id != project.initiative_id:
        raise InitiativeFixed(pointer="/initiative_id")
    await require_invited(desk.session, document.initiative_id, project.municipality_code)
    if _is(desk.texts, project, document):
        return await shown(desk.session, project)
    _write(desk.texts, project, document)
    project.status, project.verdicts = ProjectStatus.DRAFT, []
    project.submitted_by = project.submitted_at = project.submit_reason = None
    return await desk.record(project, Step.CHANGED)


async def get_project(session: ReadSession, caller: Principal, project_id: UUID) -> Shown:
    """A project of one of the caller's schools, in the version that is worked on or the one in force; any project for
    the secretariat. Raises ``ProjectNotFound``.
    """
    project = await queries.working(session, project_id)
    kept = None if project is None else await queries.kept_in_force(session, project)
    at = [*await schools_of(session, project), *await schools_of(session, kept)]
    return await shown(session, own_project(caller, project, at))


async def list_projects(
    session: ReadSession, caller: Principal, wanted: Wanted, order: Order, *, after: Place | None, size: int
) -> Sequence[Mapping[Any, Any]]:
    """Projects of the caller's schools; all projects for the secretariat. Raises ``MunicipalityNotFound``."""
    if wanted.municipality is not None:
        require_municipality(caller, wanted.municipality, pointer="/query/municipality")
    own = await _own_schools(session, caller)
    return await listed(session, wanted, own, order, after=after, size=size)


async def own_projects(session: ReadSession, caller: Principal) -> set[UUID] | None:
    """The projects of the schools that the caller is limited to; None: those of the whole municipality."""
    own = await _own_schools(session, caller)
    return None if own is None else await of_schools(session, own)


async def _own_schools(session: ReadSession, caller: Principal) -> set[UUID] | None:
    numbers = institutions_listed(caller)
    if numbers is None:
        return None
    found = [await schools.ids(session, code, numbers) for code in sorted(caller.municipality_codes)]
    return {school_id for each in found for school_id in each.values()}


def _write(texts: ProjectTexts, project: Project, document: ProjectDocument) -> None:
    project.title, project.school_ids = document.title, list(document.school_ids)
    project.initiative_id = document.initiative_id
    project.plan = stored(document.judged_plan)
    project.description = texts.seal_description(project, document.description)
    budget = document.description.budget
    project.budget_total = None if budget is None else budget.total
    project.own_financing = None if budget is None else budget.own_financing


def _is(texts: ProjectTexts, project: Project, document: ProjectDocument) -> bool:
    """Whether the project has this content already."""
    return (project.title, project.school_ids, project.initiative_id, project.plan) == (
        document.title,
        list(document.school_ids),
        document.initiative_id,
        stored(document.judged_plan),
    ) and texts.description(project) == document.description


async def _municipality(desk: Desk, school_ids: Sequence[UUID]) -> str:
    """The municipality of the schools, which must all be the caller's."""
    found = await schools.by_id(desk.session, school_ids)
    for index, school_id in enumerate(school_ids):
        own_school(desk.caller, found.get(school_id), ProjectSchoolUnknown, pointer=f"/school_ids/{index}")
    codes = {each.municipality_code for each in found.values()}
    if len(codes) != 1 or len(found) != len(school_ids):
        raise ProjectSchools(pointer="/school_ids")
    return codes.pop()
