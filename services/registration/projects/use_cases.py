"""The steps of a project from draft to approval."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.contracts.registration import ProjectChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.composition.checks import FAMILY, check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.verdicts import CheckVerdict
from services.registration.access import changeable_project, own_project, own_school
from services.registration.copies.catalog.use_cases import received_entries, rule_set_for
from services.registration.errors import ProjectNotFound
from services.registration.projects import queries
from services.registration.projects.domain import (
    ProjectStatus,
    require_project_plan,
    require_rules_kept,
    stored,
)
from services.registration.projects.errors import (
    ProjectChangedSince,
    ProjectNotEditable,
    ProjectNotSubmitted,
    ProjectSchools,
    ProjectSchoolUnknown,
)
from services.registration.projects.events import project_changed
from services.registration.projects.sealing import sealed_reason
from services.registration.projects.tables import Project
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.queries import SchoolRecord


async def create_project(
    session: WriteSession, outbox: Outbox, caller: Principal, *, title: str, school_ids: Sequence[UUID], plan: Plan
) -> Project:
    """Write a draft, with its event. Nothing is judged yet: a draft may be unfinished.

    Raises ``ProjectScope``, ``ProjectEndMissing``, ``ProjectSchoolUnknown`` and ``ProjectSchools``.
    """
    require_project_plan(plan)
    project = Project(
        project_id=uuid4(),
        municipality_code=await _municipality(session, caller, school_ids),
        title=title,
        school_ids=list(school_ids),
        plan=stored(plan),
        status=ProjectStatus.DRAFT,
        verdicts=[],
        aggregate_version=1,
    )
    await queries.add(session, project)
    await outbox.add(session, project_changed(project))
    return project


async def change_project(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    project_id: UUID,
    *,
    title: str,
    school_ids: Sequence[UUID],
    plan: Plan,
) -> Project:
    """Replace the content of a project; it is a draft again. The same content changes nothing.

    Raises what ``create_project`` raises, ``ProjectNotFound``, ``ProjectOfSeveralSchools`` and ``ProjectNotEditable``.
    """
    require_project_plan(plan)
    project = await _changeable(session, caller, project_id)
    if project.status == ProjectStatus.APPROVED:
        raise ProjectNotEditable
    if await _municipality(session, caller, school_ids) != project.municipality_code:
        raise ProjectSchools(pointer="/school_ids")
    if (project.title, project.school_ids, project.plan) == (title, list(school_ids), stored(plan)):
        return project
    project.title, project.school_ids, project.plan = title, list(school_ids), stored(plan)
    project.status, project.verdicts = ProjectStatus.DRAFT, []
    project.submitted_by = project.submitted_at = project.submit_reason = None
    await _changed(session, outbox, project)
    return project


async def submit_project(
    session: WriteSession,
    outbox: Outbox,
    texts: SealedTexts,
    caller: Principal,
    project_id: UUID,
    *,
    reason: str | None,
    now: datetime,
) -> Project:
    """Judge the plan by the rules in force on its start date, and submit it. A project that was already submitted stays
    as it is.

    Raises ``ProjectNotFound``, ``ProjectOfSeveralSchools``, ``RulesViolated``, ``AnswersMissing``, ``ReasonMissing``,
    and what ``catalog`` raises if rules or types have not been received.
    """
    project = await _changeable(session, caller, project_id)
    if project.status != ProjectStatus.DRAFT:
        return project
    await _judge(session, project, reason)
    project.status = ProjectStatus.SUBMITTED
    project.submitted_by, project.submitted_at = caller.subject, now
    project.submit_reason = sealed_reason(texts, project, "submit_reason", reason)
    await _changed(session, outbox, project)
    return project


async def approve_project(
    session: WriteSession,
    outbox: Outbox,
    texts: SealedTexts,
    caller: Principal,
    project_id: UUID,
    *,
    reason: str | None,
    expected_version: int | None,
    now: datetime,
) -> Project:
    """Approve a submitted project. It is judged again, because the catalog may have changed since.

    ``expected_version`` is the ``aggregate_version`` that was read. Raises ``ProjectNotFound``,
    ``ProjectNotSubmitted``, ``ProjectChangedSince`` and what ``submit_project`` raises.
    """
    project = await queries.locked(session, project_id)
    if project is None:
        raise ProjectNotFound
    if project.status == ProjectStatus.APPROVED:
        return project
    if project.status != ProjectStatus.SUBMITTED:
        raise ProjectNotSubmitted
    if expected_version is not None and expected_version != project.aggregate_version:
        raise ProjectChangedSince(pointer="/aggregate_version")
    await _judge(session, project, reason)
    project.status = ProjectStatus.APPROVED
    project.approved_by, project.approved_at = caller.subject, now
    project.approve_reason = sealed_reason(texts, project, "approve_reason", reason)
    await _changed(session, outbox, project)
    return project


async def get_project(session: ReadSession, caller: Principal, project_id: UUID) -> Project:
    """A project of one of the caller's schools; any project for the secretariat. Raises ``ProjectNotFound``."""
    project = await queries.one(session, project_id)
    return own_project(caller, project, await _schools(session, project))


async def _judge(session: WriteSession, project: Project, reason: str | None) -> None:
    """Judge the plan and store the verdicts. Raises the refusal if the rules are not met."""
    plan = Plan.model_validate(project.plan)
    rule_set = await rule_set_for(session, FAMILY, plan.start)
    verdicts: tuple[CheckVerdict, ...] = check_plan(rule_set, plan, await received_entries(session))
    require_rules_kept(verdicts, reason)
    project.verdicts = [each.model_dump(mode="json") for each in verdicts]


async def _municipality(session: ReadSession, caller: Principal, school_ids: Sequence[UUID]) -> str:
    """The municipality of the schools, which must all be the caller's."""
    found = await schools.by_id(session, school_ids)
    for index, school_id in enumerate(school_ids):
        own_school(caller, found.get(school_id), ProjectSchoolUnknown, pointer=f"/school_ids/{index}")
    codes = {each.municipality_code for each in found.values()}
    if len(codes) != 1 or len(found) != len(school_ids):
        raise ProjectSchools(pointer="/school_ids")
    return codes.pop()


async def _schools(session: ReadSession, project: Project | None) -> list[SchoolRecord | None]:
    """The project's schools in its order; None for a school that the session may not see."""
    if project is None:
        return []
    found = await schools.by_id(session, project.school_ids)
    return [found.get(each) for each in project.school_ids]


async def _changeable(session: WriteSession, caller: Principal, project_id: UUID) -> Project:
    """The project with its row locked, if the caller may change it."""
    project = await queries.locked(session, project_id)
    return changeable_project(caller, project, await _schools(session, project))


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[ProjectChanged]:
    """The states of the municipality's projects by id, their rows locked."""
    return [project_changed(each) for each in await queries.locked_page(session, code, after, size)]


async def _changed(session: WriteSession, outbox: Outbox, project: Project) -> None:
    project.aggregate_version += 1
    await queries.save(session)
    await outbox.add(session, project_changed(project))
