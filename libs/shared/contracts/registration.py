"""Events of registration. No direct identifiers: a pupil is a random UUID with keyed lookup keys."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.contracts.state import PREFIX, Id, LookupKey, SchoolYear, State
from libs.shared.contracts.values import Day, Integer
from libs.shared.values.codes import Grade, InstitutionNumber, MunicipalityCode, VariantId
from libs.shared.values.subjects import SubjectCode

SchoolKind = Literal["public", "private", "special"]
Stage = Literal["planned", "forecast", "delivered"]
SelectionReason = Literal["vulnerable_share", "lost_teaching", "shared_need", "low_wellbeing", "missing_relations"]
"""Why a whole class was selected."""


class _Registration(State):
    municipality_code: MunicipalityCode


class MunicipalityChanged(_Registration):
    """A municipality and whether it takes part. ``name`` is the official one, never what somebody wrote.

    ``imports_enabled``: its files are taken whatever its status. ``comparison``: the evaluation compares with it,
    because it declined an initiative or lies just below the line of one, and takes part in none.
    """

    TYPE: ClassVar[str] = PREFIX + "registration.municipality.changed"
    TOPIC: ClassVar[str] = "registration.municipality"
    KEY: ClassVar[str] = "{municipality_code}"

    name: str = Field(max_length=60)
    status: Literal["not_invited", "invited", "accepted", "declined"]
    imports_enabled: bool = False
    comparison: bool = False

    @property
    def may_import(self) -> bool:
        """Whether its files are taken."""
        return self.imports_enabled or self.status == "accepted"


class SchoolChanged(_Registration):
    """A school. ``municipality_code`` is the municipality that runs it.

    ``location_municipality_code`` is the one in which it lies; None, as in states of before: the one that runs it.
    ``main_school_id`` is the main school's of a department.
    """

    TYPE: ClassVar[str] = PREFIX + "registration.school.changed"
    TOPIC: ClassVar[str] = "registration.school"
    KEY: ClassVar[str] = "{school_id}"

    school_id: Id
    institution_number: InstitutionNumber
    kind: SchoolKind
    location_municipality_code: MunicipalityCode | None = None
    main_school_id: Id | None = None


class CalendarChanged(_Registration):
    """A school's school days in one school year, ascending."""

    TYPE: ClassVar[str] = PREFIX + "registration.calendar.changed"
    TOPIC: ClassVar[str] = "registration.calendar"
    KEY: ClassVar[str] = "{school_id}/{school_year}"

    school_id: Id
    institution_number: InstitutionNumber
    school_year: SchoolYear
    school_days: list[Day]


class ClassChanged(_Registration):
    """A class of a school year. ``label`` is its grade, with its letters where its name is grade and letters (5A)."""

    TYPE: ClassVar[str] = PREFIX + "registration.class.changed"
    TOPIC: ClassVar[str] = "registration.class"
    KEY: ClassVar[str] = "{class_id}"

    class_id: Id
    school_id: Id
    institution_number: InstitutionNumber
    school_year: SchoolYear
    label: str = Field(pattern="^(10|[0-9])[A-ZÆØÅ]{0,2}$", examples=["5A"])
    grade: Grade
    kind: Literal["ordinary", "special", "unknown"]


class Membership(BaseModel):
    """A pupil's time in a class: from ``valid_from`` until before ``valid_to``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    class_id: Id
    school_id: Id
    institution_number: InstitutionNumber
    school_year: SchoolYear
    grade: Grade
    valid_from: Day
    valid_to: Day


class PupilChanged(_Registration):
    """A pupil of one municipality. ``person_id`` joins the ids one person has in several municipalities."""

    TYPE: ClassVar[str] = PREFIX + "registration.pupil.changed"
    TOPIC: ClassVar[str] = "registration.pupil"
    KEY: ClassVar[str] = "{pupil_id}"

    pupil_id: Id
    person_id: Id
    has_cpr_number: bool = Field(description="False for a replacement number or none.")
    lookup_keys: list[LookupKey]
    memberships: list[Membership]
    former_pupil_ids: list[Id] = Field(
        default_factory=list,
        description="Ids of pupils who turned out to be this one. Their topic keys have a tombstone.",
    )
    split_from_pupil_id: Id | None = Field(
        default=None, description="The pupil of whom this one was a part by mistake; what was recorded then may follow."
    )


class ProjectChanged(_Registration):
    """A project description's state; ``variants`` are those its plan names."""

    TYPE: ClassVar[str] = PREFIX + "registration.project.changed"
    TOPIC: ClassVar[str] = "registration.project"
    KEY: ClassVar[str] = "{project_id}"

    project_id: Id
    status: Literal["draft", "submitted", "approved", "returned"]
    school_ids: list[Id]
    variants: list[VariantId]
    start: Day
    valid_to: Day


class EnrolmentChanged(_Registration):
    """One pupil in one course, from ``valid_from`` until before ``valid_to``.

    ``designated`` marks a pupil whom a class-wide effort is meant for (*udpeget*).
    """

    TYPE: ClassVar[str] = PREFIX + "registration.enrolment.changed"
    TOPIC: ClassVar[str] = "registration.enrolment"
    KEY: ClassVar[str] = "{enrolment_id}"

    enrolment_id: Id
    pupil_id: Id
    course_id: Id
    project_id: Id
    school_id: Id
    variant: VariantId
    subjects: list[SubjectCode] = Field(default=[])
    grade: Grade
    designated: bool
    valid_from: Day
    valid_to: Day


class SelectionState(BaseModel):
    """One decision that selected the pupil, without its texts. ``class_id`` and ``reasons`` are of a whole class.

    ``designated``: the school marks the pupil as likely to benefit (*udpeget*). A decision that was reversed stays,
    with the day of the reversal.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    selection_id: Id
    kind: Literal["pupil", "group", "class"]
    school_id: Id
    class_id: Id | None = None
    decided_on: Day
    reversed_on: Day | None = None
    reasons: tuple[SelectionReason, ...] = ()
    designated: bool = False


class ScreeningChanged(_Registration):
    """What people decided after the screening of one pupil: every decision that selected the pupil.

    It says nothing of the screening itself: no verdict, no answer and no text leaves registration.
    """

    TYPE: ClassVar[str] = PREFIX + "registration.screening.changed"
    TOPIC: ClassVar[str] = "registration.screening"
    KEY: ClassVar[str] = "{pupil_id}"

    pupil_id: Id
    selections: tuple[SelectionState, ...]


class DosageVerdict(BaseModel):
    """A dosage verdict in short, as judged when the event was written."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Stage
    outcome: Literal["met", "at_risk", "missed", "unknown"]
    value: Decimal | None = None
    threshold: Decimal | None = None


class DosageChanged(_Registration):
    """What has been given of one course; amounts are in ``unit``.

    ``stated`` is the number of pupils that was stated, ``enrolled`` how many have been enrolled, ``identified``
    those of them with a CPR number, each null where an older event did not say. ``attended_percent`` is their mean
    share of the sessions with attendance.
    """

    TYPE: ClassVar[str] = PREFIX + "registration.dosage.changed"
    TOPIC: ClassVar[str] = "registration.dosage"
    KEY: ClassVar[str] = "{course_id}"

    course_id: Id
    project_id: Id
    school_id: Id
    variant: VariantId
    start: Day
    valid_to: Day = Field(description="The day after the last.")
    unit: Literal["lessons", "sessions", "packages"]
    delivered: Decimal
    sessions: Integer = Field(ge=0)
    verdicts: list[DosageVerdict]
    subjects: list[SubjectCode] = Field(default=[])
    stated: Integer | None = Field(default=None, ge=0)
    enrolled: Integer | None = Field(default=None, ge=0)
    identified: Integer | None = Field(default=None, ge=0)
    attended_percent: Decimal | None = Field(default=None, ge=0, le=100)
