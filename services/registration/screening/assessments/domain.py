"""Answers to the 13 questions, and their conditions. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from libs.shared.rules.screening.settings import AnswerKind, QualitativeQuestion
from services.registration.screening.assessments.errors import (
    AnswerNotOfQuestion,
    QuestionRepeated,
    QuestionUnknown,
    TextNotOfQuestion,
)

_WITH_TEXT = (AnswerKind.TEXT, AnswerKind.YES_NO_WITH_TEXT)


class Status(StrEnum):
    """Whether the staff is still working on an assessment."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question: a code, a text or both, as the question's kind wants it."""

    question: str
    answer: str | None = None
    text: str | None = field(default=None, repr=False)


def require_answers(questions: Sequence[QualitativeQuestion], answers: Sequence[Answer]) -> None:
    """Check that each answer fits its question (rules.md: Q1 and Q2 text; Q6 yes or no with text; Q8 attendance; the
    rest yes, no, don't know). A question may be left out. Raises the refusal of the first answer that does not fit.
    """
    kinds = {each.id: each.answer for each in questions}
    seen = set()
    for index, each in enumerate(answers):
        pointer = f"/answers/{index}"
        kind = kinds.get(each.question)
        if kind is None:
            raise QuestionUnknown(pointer=f"{pointer}/question", questions=", ".join(kinds))
        if each.question in seen:
            raise QuestionRepeated(pointer=f"{pointer}/question")
        seen.add(each.question)
        if (kind is AnswerKind.TEXT) != (each.answer is None) or (kind.codes and each.answer not in kind.codes):
            raise AnswerNotOfQuestion(pointer=f"{pointer}/answer", answers=", ".join(kind.codes) or "text")
        if (each.text is not None and kind not in _WITH_TEXT) or (each.text is None and kind is AnswerKind.TEXT):
            raise TextNotOfQuestion(pointer=f"{pointer}/text")


def unanswered(questions: Sequence[QualitativeQuestion], answers: Sequence[Answer]) -> list[str]:
    """The questions without an answer, in order."""
    answered = {each.question for each in answers}
    return [each.id for each in questions if each.id not in answered]


def written(answers: Sequence[Answer]) -> str:
    """The answers as the text that is sealed."""
    return json.dumps([[each.question, each.answer, each.text] for each in answers], ensure_ascii=False)


def read(sealed_text: str) -> tuple[Answer, ...]:
    """The answers of such a text."""
    return tuple(Answer(*each) for each in json.loads(sealed_text))


@dataclass(frozen=True, slots=True)
class Version:
    """The answers as somebody saved them."""

    version: int
    status: Status
    answers: tuple[Answer, ...]
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment of one pupil, or of a group with a shared need, as it was last saved."""

    assessment_id: UUID
    municipality_code: str
    school_id: UUID
    pupil_ids: tuple[UUID, ...]
    as_of: date
    rule_set: str
    rule_set_version: int
    created_by: str
    created_at: datetime
    saved: Version


@dataclass(frozen=True, slots=True)
class ShownAssessment:
    """An assessment with those of its pupils whom the caller may see, the number of the others, and the questions that
    are not answered.
    """

    assessment: Assessment
    unanswered: Sequence[str]
    not_shown: int


@dataclass(frozen=True, slots=True)
class ListedAssessment:
    """An assessment in a list: without its answers and pupils."""

    assessment_id: UUID
    school_id: UUID
    institution_number: str
    as_of: date
    status: str
    version: int
    pupils: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentFilter:
    """Which assessments a list shows. ``numbers`` are the only institutions that it may show; None: all."""

    numbers: Sequence[str] | None = None
    school_id: UUID | None = None
    status: str | None = None
