"""The bodies and answers of the routes of the gross list."""

from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.verdicts import Measure, ScreeningOutcome, ScreeningVerdict
from libs.shared.values.codes import Grade, InstitutionNumber, MunicipalityCode
from services.registration.screening.gross_list.listed import GrossList, Listed

_SCHOOL_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"


VERDICT_EXAMPLE: dict[str, Any] = {
    "rule_id": "S-ABSENCE",
    "rule_set": "screening-2021",
    "version": 1,
    "outcome": "flagged",
    "stage": None,
    "severity": None,
    "value": {"amount": "12.5", "code": None, "unit": "percent"},
    "threshold": {"amount": "10", "code": None, "unit": "percent"},
    "coverage": {"have": 20, "expected": 20, "unit": "months"},
    "reason": {
        "da": "Fraværet er 12,5 % i skoleåret 2022/2023 (25 af 200 skoledage, 10 af 10 måneder indberettet); "
        "mindst ét skoleår når grænsen på 10 % eller mere.",
        "en": "Absence is 12.5 % in the school year 2022/2023 (25 of 200 school days, 10 of 10 months reported); "
        "at least one school year reaches the limit of 10 % or more.",
    },
}


_ITEM_EXAMPLE: dict[str, Any] = {
    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
    "name": "Elev Et",
    "school_id": _SCHOOL_ID,
    "institution_number": "101001",
    "class_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
    "class_name": "5A",
    "grade": 5,
    "verdicts": [VERDICT_EXAMPLE],
}

_FIGURES_EXAMPLE: dict[str, Any] = {
    "rule_set": "screening-2021",
    "version": 1,
    "screened": 214,
    "not_shown": 0,
    "flagged": 60,
    "share_percent": "28.03",
    "expected_percent": "10",
    "matching": 60,
    "outcomes": {"S-ABSENCE": {"flagged": 25, "not_flagged": 179, "not_applicable": 0, "unknown": 10}},
    "items": [_ITEM_EXAMPLE],
    "next_page_token": None,
}


class GrossListItem(BaseModel):
    """A pupil on a list, with every verdict about them."""

    model_config = ConfigDict(from_attributes=True)

    pupil_id: UUID
    name: str | None = Field(description="Null if the name is protected.")
    school_id: UUID
    institution_number: InstitutionNumber
    class_id: UUID
    class_name: str
    grade: Grade
    verdicts: list[ScreeningVerdict]


class _ListOut(BaseModel):
    """A page of a gross list. Being on it decides nothing: a selection is a person's decision."""

    as_of: date
    rule_set: str
    version: int
    screened: int = Field(description="Pupils whom the list is about, but for those not shown.")
    not_shown: int = Field(
        description="Pupils who were at the school on the day and are not today; a school is not shown them."
    )
    flagged: int = Field(description="Pupils on the gross list: at least one rule is flagged.")
    share_percent: Decimal | None = Field(description="Those on the gross list in per cent of those screened.")
    expected_percent: Decimal = Field(
        description="The share of all pupils that the guide expects the target group to be. The gross list is where "
        "the school begins to look, so its share is usually higher."
    )
    matching: int = Field(description="Pupils on all pages of this list, as it was filtered.")
    outcomes: dict[str, dict[ScreeningOutcome, int]] = Field(description="Pupils by rule and outcome.")
    items: list[GrossListItem]
    next_page_token: str | None = Field(default=None, description="Send it as `page_token`; null on the last page.")


def list_fields(as_of: date, found: GrossList) -> dict[str, Any]:
    """The fields of a list beside its items."""
    return {
        "as_of": as_of,
        "rule_set": found.rule_set.name,
        "version": found.rule_set.version,
        "screened": found.summary.screened,
        "not_shown": found.not_shown,
        "flagged": found.summary.flagged,
        "share_percent": found.summary.share_percent,
        "expected_percent": found.expected_percent,
        "matching": found.matching,
        "outcomes": found.summary.outcomes,
    }


class GrossListOut(_ListOut):
    """A page of the gross list of a school or class. A selection from it is a person's decision."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"school_id": _SCHOOL_ID, "as_of": "2023-06-30", **_FIGURES_EXAMPLE}]}
    )

    school_id: UUID


class MunicipalityGrossListOut(_ListOut):
    """A page of the gross list of a municipality."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"municipality_code": "101", "as_of": "2023-06-30", **_FIGURES_EXAMPLE}]}
    )

    municipality_code: MunicipalityCode


class VerdictLine(BaseModel):
    """A verdict as columns of a CSV file."""

    outcome: ScreeningOutcome
    value: str | None
    threshold: str | None
    have: int | None
    expected: int | None
    reason_da: str
    reason_en: str

    @classmethod
    def of(cls, verdict: ScreeningVerdict) -> Self:
        """The columns of a verdict; ``have`` of ``expected`` is the coverage of its data."""
        coverage = verdict.coverage
        return cls(
            outcome=verdict.outcome,
            value=_written(verdict.value),
            threshold=_written(verdict.threshold),
            have=coverage.have if coverage else None,
            expected=coverage.expected if coverage else None,
            reason_da=verdict.reason.da,
            reason_en=verdict.reason.en,
        )


def _written(measure: Measure | None) -> str | None:
    if measure is None:
        return None
    return measure.code if measure.amount is None else str(measure.amount)


class GrossListLine(BaseModel):
    """A pupil of a list as a line of a CSV file."""

    institution_number: InstitutionNumber
    grade: Grade
    class_name: str
    pupil_id: UUID
    name: str | None
    rule_set: str
    version: int
    absence: VerdictLine
    test: VerdictLine
    not_ready: VerdictLine
    mark: VerdictLine

    @classmethod
    def of(cls, each: Listed) -> Self:
        """The line of a pupil."""
        absence, test, not_ready, mark = map(VerdictLine.of, each.verdicts)
        return cls(
            institution_number=each.institution_number,
            grade=each.grade,
            class_name=each.class_name,
            pupil_id=each.pupil_id,
            name=each.name,
            rule_set=each.verdicts[0].rule_set,
            version=each.verdicts[0].version,
            absence=absence,
            test=test,
            not_ready=not_ready,
            mark=mark,
        )
