"""Bodies and answers of registration, with the fields that its callers use."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from libs.shared.client.operations import Page, Read, Written
from libs.shared.rules.wording import Text
from libs.shared.values.subjects import Subject


class MunicipalityStatus(Written):
    """Whether a municipality takes part."""

    status: Literal["invited", "accepted", "declined"]


class Municipality(Read):
    """A municipality as it is called."""

    municipality_code: str
    name: str


class School(Read):
    """A school by its id and its institution number."""

    school_id: UUID
    institution_number: str
    kind: str


class SchoolClass(Read):
    """A class of a school year."""

    class_id: UUID
    name: str
    kind: str


class PupilsAsked(Written):
    """Ids of the source system."""

    municipality_code: str
    local_ids: Sequence[str]


class PupilFound(Read):
    """A pupil by an id of the source system; no ``pupil_id``: nobody is known by it."""

    pupil_id: UUID | None
    local_id: str


class PupilsFound(Read):
    """One for each id that was asked."""

    items: list[PupilFound]


class Verdict(Read):
    """A rule's outcome and its reason."""

    rule_id: str
    outcome: str
    reason: Text


class Listed(Read):
    """A pupil on the gross list; the name is None if it is protected."""

    pupil_id: UUID
    name: str | None
    class_name: str
    verdicts: list[Verdict]


class GrossList(Read):
    """Who a school's screening lists, and why."""

    rule_set: str
    screened: int
    items: list[Listed]


class Behind(StrEnum):
    """In what somebody is behind."""

    ACADEMICALLY = "academically"
    WELLBEING = "wellbeing"


class ClassReason(StrEnum):
    """Why a whole class is selected."""

    VULNERABLE_SHARE = "vulnerable_share"
    LOST_TEACHING = "lost_teaching"
    SHARED_NEED = "shared_need"
    LOW_WELLBEING = "low_wellbeing"
    MISSING_RELATIONS = "missing_relations"


class SelectionAsked(Written):
    """A person's decision about pupils."""

    school_id: UUID
    kind: Literal["pupil", "group", "class"]
    pupil_ids: Sequence[UUID] = ()
    class_id: UUID | None = None
    decided_on: date
    socially_vulnerable: bool
    behind: Sequence[Behind]
    reasons: Sequence[ClassReason] = ()
    designated_pupil_ids: Sequence[UUID] = ()
    reason: str
    parents_dialogue: str
    kept_list_id: UUID | None = None


class SelectedPupil(Read):
    """A pupil of a decision."""

    pupil_id: UUID


class Selection(Read):
    """A decision as it is kept."""

    selection_id: UUID
    decided_by: str
    reason: str
    pupils: list[SelectedPupil]


class CourseAsked(Written):
    """A course of a variant, of a class or of pupils."""

    project_id: UUID
    school_id: UUID
    variant: str
    start: date
    last_day: date
    class_id: UUID | None = None
    pupil_ids: Sequence[UUID] = ()
    designated_pupil_ids: Sequence[UUID] = ()
    code: str | None = None
    subjects: Sequence[Subject] = ()
    expected_pupils: int | None = None


class Enrolment(Read):
    """A pupil in a course."""

    pupil_id: UUID
    grade: int
    designated: bool
    valid_from: date


class Course(Read):
    """A course as it stands."""

    course_id: UUID
    variant: str
    enrolments: list[Enrolment]


class CourseListed(Read):
    """A course in the dosage ledger: what was stated, enrolled and identified, and what should be looked at."""

    course_id: UUID
    code: str
    variant: str
    outcome: str
    attention: list[str]
    stated: int
    enrolled: int
    identified: int
    sessions: int
    sessions_needed: int | None
    reason: Text | None


class Session(Written):
    """A session that was held; ``starts_at`` is ``HH:MM``."""

    held_on: date
    starts_at: str
    minutes: int


class SessionsAsked(Written):
    """Sessions of one course."""

    sessions: Sequence[Session]


class SessionsKept(Read):
    """How many sessions the course has now."""

    sessions: int


class Dosage(Read):
    """A course's dosage as planned, as it is going, and as delivered."""

    planned: Verdict
    forecast: Verdict
    delivered: Verdict


Schools = Page[School]
Courses = Page[CourseListed]
Classes = Page[SchoolClass]
