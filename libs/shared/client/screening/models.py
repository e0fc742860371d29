"""Bodies and answers of kept gross lists, assessments and decisions, with the fields that their callers use."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from libs.shared.client.operations import Read, Written
from libs.shared.client.registration.models import Verdict
from libs.shared.rules.wording import Text


class ListToKeep(Written):
    """Which gross list to keep: of a school or of a municipality, with the filters of the list."""

    as_of: date
    school_id: UUID | None = None
    municipality_code: str | None = None
    rule: str | None = None
    outcome: Literal["flagged", "not_flagged", "not_applicable", "unknown"] | None = None
    class_id: UUID | None = None
    grade: int | None = None
    everyone: bool = False


class KeptList(Read):
    """A kept list without its pupils."""

    kept_list_id: UUID
    municipality_code: str
    school_id: UUID | None
    as_of: date
    rule_set: str
    version: int
    screened: int
    flagged: int
    expected_percent: Decimal
    pupils: int
    kept_by: str
    kept_at: datetime


class KeptPupil(Read):
    """A pupil of a kept list, as it was; the name as it may be shown today."""

    position: int
    pupil_id: UUID
    name: str | None
    class_name: str
    verdicts: list[Verdict]


class Question(Read):
    """A question, with the answers to choose from; none if it is answered by text."""

    id: str
    codes: list[str]
    text: Text


class Questions(Read):
    """The questions of the rule set in force on a day."""

    rule_set: str
    version: int
    questions: list[Question]


class AnswerWritten(Written):
    """The answer to one question: one of its codes, a text, or both."""

    question: str
    answer: str | None = None
    text: str | None = None


class Answers(Written):
    """The answers as they are now, all of them."""

    answers: Sequence[AnswerWritten]
    status: Literal["draft", "final"] = "draft"


class AssessmentAsked(Answers):
    """An assessment of a pupil, or of a group with a shared need."""

    school_id: UUID
    pupil_ids: Sequence[UUID]
    as_of: date


class Answered(Read):
    """The answer to a question as it was saved."""

    question: str
    answer: str | None = None
    text: str | None = None


class Assessment(Read):
    """An assessment as it was last saved."""

    assessment_id: UUID
    school_id: UUID
    pupil_ids: list[UUID]
    as_of: date
    status: str
    answers: list[Answered]
    unanswered: list[str]
    version: int


class AssessmentListed(Read):
    """An assessment in a list."""

    assessment_id: UUID
    school_id: UUID
    as_of: date
    status: str
    version: int
    pupils: int


class AssessmentVersion(Read):
    """The answers as somebody saved them."""

    version: int
    status: str
    answers: list[Answered]
    saved_by: str


class Designated(Written):
    """Those whom the school marks as likely to benefit; every other mark is taken back."""

    pupil_ids: Sequence[UUID]


class ReversalAsked(Written):
    """That a decision no longer stands, and why."""

    reversed_on: date
    reason: str


class Reversal(Read):
    """That a decision no longer stands."""

    reversed_on: date
    reason: str


class MarkedPupil(Read):
    """A pupil of a decision, and whether the school marked it as likely to benefit."""

    pupil_id: UUID
    designated: bool


class Decision(Read):
    """A decision as it is kept."""

    selection_id: UUID
    kind: str
    kept_list_id: UUID | None
    pupils: list[MarkedPupil]
    reversal: Reversal | None


class DecisionListed(Read):
    """A decision in a list."""

    selection_id: UUID
    school_id: UUID
    kind: str
    decided_on: date
    kept_list_id: UUID | None
    reversed_on: date | None
    pupils: int
    designated: int
