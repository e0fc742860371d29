"""The bodies and answers of the routes of assessments."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from libs.shared.base.date_window import PastDay
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.settings import AnswerKind, QualitativeQuestion
from libs.shared.rules.wording import Text
from libs.shared.values.codes import InstitutionNumber
from services.registration.fields import Words
from services.registration.screening.assessments.domain import Answer, ShownAssessment, Status, Version

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_SCHOOL_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"
_ID = "6d1e2f3a-4b5c-4d6e-8f7a-9b0c1d2e3f4a"
_KEYED = "k1:0123456789abcdef0123456789abcdef"
_ANSWERS: list[Any] = [
    {"question": "Q2", "answer": None, "text": "Læser sikkert, men undgår matematik."},
    {"question": "Q3", "answer": "yes", "text": None},
    {"question": "Q8", "answer": "partly", "text": None},
]

MOST_QUESTIONS = 30


class QuestionOut(BaseModel):
    """A question and how it is answered."""

    id: str
    answer: AnswerKind
    codes: list[str] = Field(description="The answers to choose from; none for a question that is answered by text.")
    text: Text


class QuestionsOut(BaseModel):
    """The questions of the rule set in force on a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rule_set": "screening-2021",
                    "version": 1,
                    "questions": [
                        {
                            "id": "Q4",
                            "answer": "yes_no_unknown",
                            "codes": ["yes", "no", "unknown"],
                            "text": {
                                "da": "Belastede tiden hjemme eleven psykisk?",
                                "en": "Was the time at home a mental strain on the pupil?",
                            },
                        }
                    ],
                }
            ]
        }
    )

    rule_set: str
    version: int
    questions: list[QuestionOut]

    @classmethod
    def of(cls, rule_set: RuleSet, questions: tuple[QualitativeQuestion, ...]) -> Self:
        """The questions of a rule set."""
        return cls(
            rule_set=rule_set.name,
            version=rule_set.version,
            questions=[
                QuestionOut(id=each.id, answer=each.answer, codes=list(each.answer.codes), text=each.text)
                for each in questions
            ],
        )


class QuestionAnswerIn(BaseModel):
    """The answer to one question."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    question: Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]?$")]
    answer: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")] | None = Field(
        default=None, description="One of the question's codes; null if it is answered by text."
    )
    text: Words | None = Field(default=None, description="For Q1, Q2 and Q6. It never leaves this service.")

    def read(self) -> Answer:
        """The answer."""
        return Answer(self.question, self.answer, self.text)


class AssessmentChangeIn(BaseModel):
    """The answers as they are now, all of them; questions may be left out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"status": "final", "answers": _ANSWERS}]}
    )

    status: Status = Field(default=Status.DRAFT, description="`final` when the staff has finished.")
    answers: list[QuestionAnswerIn] = Field(max_length=MOST_QUESTIONS)


class AssessmentIn(AssessmentChangeIn):
    """An assessment of a pupil, or of a group with a shared need."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "school_id": _SCHOOL_ID,
                    "pupil_ids": [_PUPIL_ID],
                    "as_of": "2023-06-30",
                    "status": "draft",
                    "answers": _ANSWERS,
                }
            ]
        }
    )

    school_id: UUID
    pupil_ids: list[UUID] = Field(min_length=1, max_length=100)
    as_of: PastDay


class AssessmentOut(BaseModel):
    """An assessment as it was last saved."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "assessment_id": _ID,
                    "school_id": _SCHOOL_ID,
                    "pupil_ids": [_PUPIL_ID],
                    "as_of": "2023-06-30",
                    "rule_set": "screening-2021",
                    "rule_set_version": 1,
                    "status": "draft",
                    "answers": _ANSWERS,
                    "unanswered": ["Q1", "Q4"],
                    "version": 1,
                    "created_by": _KEYED,
                    "created_at": "2023-06-30T12:00:00Z",
                    "saved_by": _KEYED,
                    "saved_at": "2023-06-30T12:00:00Z",
                    "not_shown": 0,
                }
            ]
        }
    )

    assessment_id: UUID
    school_id: UUID
    pupil_ids: list[UUID]
    as_of: date
    rule_set: str
    rule_set_version: int
    status: Status
    answers: list[QuestionAnswerIn]
    unanswered: list[str] = Field(description="The questions without an answer. They stop nothing.")
    version: int
    created_by: str = Field(description="The keyed name of the caller, as in the request log.")
    created_at: datetime
    saved_by: str
    saved_at: datetime
    not_shown: int = Field(description="Pupils of the group who are no longer at the school, and so are not shown.")

    @classmethod
    def of(cls, shown: ShownAssessment) -> Self:
        """An assessment as the caller may see it."""
        found = shown.assessment
        return cls(
            assessment_id=found.assessment_id,
            school_id=found.school_id,
            pupil_ids=list(found.pupil_ids),
            as_of=found.as_of,
            rule_set=found.rule_set,
            rule_set_version=found.rule_set_version,
            status=found.saved.status,
            answers=[QuestionAnswerIn.model_validate(each) for each in found.saved.answers],
            unanswered=list(shown.unanswered),
            version=found.saved.version,
            created_by=found.created_by,
            created_at=found.created_at,
            saved_by=found.saved.saved_by,
            saved_at=found.saved.saved_at,
            not_shown=shown.not_shown,
        )


class AssessmentListItem(BaseModel):
    """An assessment in a list: without its answers and pupils."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "assessment_id": _ID,
                    "school_id": _SCHOOL_ID,
                    "institution_number": "101001",
                    "as_of": "2023-06-30",
                    "status": "draft",
                    "version": 2,
                    "pupils": 1,
                    "created_at": "2023-06-30T12:00:00Z",
                    "changed_at": "2023-06-30T12:30:00Z",
                }
            ]
        },
    )

    assessment_id: UUID
    school_id: UUID
    institution_number: InstitutionNumber
    as_of: date
    status: Status
    version: int
    pupils: int
    created_at: datetime
    changed_at: datetime


class AssessmentVersionOut(BaseModel):
    """A version of an assessment as it was saved."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "version": 1,
                    "status": "draft",
                    "answers": _ANSWERS,
                    "saved_by": _KEYED,
                    "saved_at": "2023-06-30T12:00:00Z",
                }
            ]
        },
    )

    version: int
    status: Status
    answers: list[QuestionAnswerIn]
    saved_by: str
    saved_at: datetime

    @classmethod
    def of(cls, version: Version) -> Self:
        """A saved version."""
        return cls.model_validate(version)
