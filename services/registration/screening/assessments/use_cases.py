"""Saves and reads assessments."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.gross_list import FAMILY, questions
from libs.shared.rules.screening.settings import QualitativeQuestion
from services.registration.access import institutions_listed, own_assessment, own_school, require_municipality
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.errors import AssessmentNotFound
from services.registration.roster.members.errors import PupilNotAtSchool
from services.registration.roster.members.use_cases import named_members, shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolUnknown
from services.registration.screening.assessments import queries
from services.registration.screening.assessments.domain import (
    Answer,
    Assessment,
    AssessmentFilter,
    ListedAssessment,
    ShownAssessment,
    Status,
    Version,
    require_answers,
    unanswered,
)
from services.registration.screening.assessments.errors import AssessmentInFuture

Unchanged = Callable[[ShownAssessment], None]
"""Raises if the assessment is not as the caller has read it."""


async def questions_on(session: ReadSession, as_of: date) -> tuple[RuleSet, tuple[QualitativeQuestion, ...]]:
    """The questions of the rule set in force on the day. Raises ``RuleSetNotReceived`` and ``RuleSetNotInForce``."""
    rule_set = await rule_set_for(session, FAMILY, as_of)
    return rule_set, questions(rule_set)


async def begin(
    session: WriteSession,
    vault: SealedTexts,
    caller: Principal,
    *,
    school_id: UUID,
    pupil_ids: Sequence[UUID],
    as_of: date,
    status: Status,
    answers: Sequence[Answer],
    now: datetime,
) -> ShownAssessment:
    """Save the first version. The pupils were at the school on the day, and the caller may see them today.

    Raises the refusals of ``members`` and of the answers, ``AssessmentInFuture`` and ``SchoolUnknown``.
    """
    today = danish_date(now)
    if as_of > today:
        raise AssessmentInFuture(pointer="/as_of")
    school = own_school(caller, await schools.one(session, school_id), SchoolUnknown, pointer="/school_id")
    await named_members(session, school_id, pupil_ids, as_of)
    shown = await shown_pupils(session, caller, pupil_ids, today)
    for index, pupil_id in enumerate(pupil_ids):
        if pupil_id not in shown:
            raise PupilNotAtSchool(pointer=f"/pupil_ids/{index}", on=today.isoformat())
    rule_set, asked = await questions_on(session, as_of)
    require_answers(asked, answers)
    made = Assessment(
        assessment_id=uuid4(),
        municipality_code=school.municipality_code,
        school_id=school_id,
        pupil_ids=tuple(sorted(pupil_ids)),
        as_of=as_of,
        rule_set=rule_set.name,
        rule_set_version=rule_set.version,
        created_by=caller.subject,
        created_at=now,
        saved=Version(1, status, tuple(answers), caller.subject, now),
    )
    await queries.add(session, vault, made)
    return ShownAssessment(made, unanswered(asked, answers), 0)


async def save(
    session: WriteSession,
    vault: SealedTexts,
    caller: Principal,
    assessment_id: UUID,
    *,
    status: Status,
    answers: Sequence[Answer],
    unchanged: Unchanged,
    now: datetime,
) -> ShownAssessment:
    """Save another version; the earlier ones stay. Raises ``AssessmentNotFound``, the refusals of the answers, and what
    ``unchanged`` raises.
    """
    shown = await _shown(session, caller, await queries.locked(session, vault, assessment_id), danish_date(now))
    unchanged(shown)
    found = shown.assessment
    _, asked = await questions_on(session, found.as_of)
    require_answers(asked, answers)
    saved = Version(found.saved.version + 1, status, tuple(answers), caller.subject, now)
    await queries.save(session, vault, found, saved)
    return replace(shown, assessment=replace(found, saved=saved), unanswered=unanswered(asked, answers))


async def get(
    session: ReadSession, vault: SealedTexts, caller: Principal, assessment_id: UUID, today: date
) -> ShownAssessment:
    """An assessment of one of the caller's schools. Raises ``AssessmentNotFound``, also if the caller may see none of
    its pupils.
    """
    return await _shown(session, caller, await queries.one(session, vault, assessment_id), today)


async def history(
    session: ReadSession,
    vault: SealedTexts,
    caller: Principal,
    assessment_id: UUID,
    *,
    today: date,
    order: Order,
    after: Place | None,
    size: int,
) -> list[Version]:
    """The saved versions. Raises ``AssessmentNotFound``."""
    await get(session, vault, caller, assessment_id, today)
    return await queries.versions(session, vault, assessment_id, order=order, after=after, size=size)


async def list_assessments(
    session: ReadSession,
    caller: Principal,
    code: str,
    wanted: AssessmentFilter,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[ListedAssessment]:
    """The assessments of the caller's schools in the municipality. Raises ``MunicipalityNotFound``."""
    require_municipality(caller, code, pointer="/query/municipality")
    institutions = institutions_listed(caller)
    numbers = None if institutions is None else sorted(institutions)
    return await queries.page(session, code, replace(wanted, numbers=numbers), order=order, after=after, size=size)


async def _shown(session: ReadSession, caller: Principal, found: Assessment | None, today: date) -> ShownAssessment:
    school = None if found is None else await schools.one(session, found.school_id)
    assessment = own_assessment(caller, found, school)
    shown = await shown_pupils(session, caller, assessment.pupil_ids, today)
    if not shown:
        raise AssessmentNotFound
    _, asked = await questions_on(session, assessment.as_of)
    pupil_ids = tuple(each for each in assessment.pupil_ids if each in shown)
    return ShownAssessment(
        replace(assessment, pupil_ids=pupil_ids),
        unanswered(asked, assessment.saved.answers),
        len(assessment.pupil_ids) - len(pupil_ids),
    )
