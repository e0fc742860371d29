"""The answer of the route of figures, exact or coarse."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.verdicts import ScreeningOutcome
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from services.registration.screening.gross_list.choosing import RULES, Summary, percent
from services.registration.screening.gross_list.listed import Figures, SchoolFigures

LEAST, BASE = 5, 5
"""For the secretariat, counts below ``LEAST`` are hidden, and the others rounded to a multiple of ``BASE``, each by
itself, as in the anonymous tables for the evaluator.
"""

_COUNTS: dict[str, Any] = {"flagged": 25, "not_flagged": 180, "not_applicable": None, "unknown": 10}
_FIGURES: dict[str, Any] = {
    "screened": 215,
    "on_list": 60,
    "share_percent": "27.9",
    **dict.fromkeys(("absence", "test", "not_ready", "mark"), _COUNTS),
}
_SCHOOL: dict[str, Any] = {
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "institution_number": "101001",
    "school_name": "Prøveskolen",
    **_FIGURES,
}


def _shown(count: int, coarse: bool) -> int | None:
    """The count as it is shown. A coarse 0 is hidden like 1–4, so that nobody is known to be missing."""
    if not coarse:
        return count
    return None if count < LEAST else BASE * ((count + BASE // 2) // BASE)


class OutcomeCounts(BaseModel):
    """The number of pupils with each outcome of a rule; null if it is hidden."""

    flagged: int | None
    not_flagged: int | None
    not_applicable: int | None
    unknown: int | None


class ScreeningFiguresOut(BaseModel):
    """Figures of pupils; null if a figure is hidden because the number is small."""

    screened: int | None
    on_list: int | None = Field(description="Pupils for whom at least one rule is flagged.")
    share_percent: Decimal | None = Field(description="Those on the gross list in per cent of those screened.")
    absence: OutcomeCounts
    test: OutcomeCounts
    not_ready: OutcomeCounts
    mark: OutcomeCounts

    @staticmethod
    def fields(summary: Summary, coarse: bool) -> dict[str, Any]:
        """The fields of these figures. Nearly everybody on the list is as telling as nearly nobody, so a coarse figure
        is hidden then, too.
        """
        rest = summary.screened - summary.flagged
        screened = _shown(summary.screened, coarse)
        flagged = None if coarse and rest < LEAST else _shown(summary.flagged, coarse)
        by_rule = [
            OutcomeCounts(**{each.value: _shown(summary.outcomes[rule][each], coarse) for each in ScreeningOutcome})
            for rule in RULES
        ]
        return {
            "screened": screened,
            "on_list": flagged,
            "share_percent": None if screened is None or flagged is None else percent(flagged, screened),
            **dict(zip(("absence", "test", "not_ready", "mark"), by_rule, strict=True)),
        }


class SchoolFiguresOut(ScreeningFiguresOut):
    """A school's figures."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SCHOOL]})

    school_id: UUID
    institution_number: InstitutionNumber
    school_name: str

    @classmethod
    def of(cls, found: SchoolFigures, coarse: bool) -> Self:
        """A school's figures, as they are shown."""
        school = found.school
        return cls(
            school_id=school.school_id,
            institution_number=school.institution_number,
            school_name=school.name,
            **cls.fields(found.summary, coarse),
        )


class MunicipalityFiguresOut(BaseModel):
    """The figures of a municipality's schools on a day, without names."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "101",
                    "as_of": "2023-06-30",
                    "rule_set": "screening-2021",
                    "version": 1,
                    "expected_percent": "10",
                    "coarse": False,
                    "total": _FIGURES,
                    "items": [_SCHOOL],
                    "next_page_token": None,
                }
            ]
        }
    )

    municipality_code: MunicipalityCode
    as_of: date = Field(
        description="For the secretariat the last day of a month: that of `as_of`, or the month before."
    )
    rule_set: str
    version: int
    expected_percent: Decimal = Field(description="The share that the guide expects the target group to be.")
    coarse: bool = Field(
        description="Counts below five are null and the others rounded to five, for those who do not work with the "
        "pupils."
    )
    total: ScreeningFiguresOut = Field(description="All schools together.")
    items: list[SchoolFiguresOut]
    next_page_token: str | None = Field(default=None, description="Send it as `page_token`; null on the last page.")

    @classmethod
    def of(cls, code: str, found: Figures, items: Sequence[SchoolFiguresOut], token: str | None) -> Self:
        """The page of the schools ``items``."""
        return cls(
            municipality_code=code,
            as_of=found.as_of,
            rule_set=found.rule_set.name,
            version=found.rule_set.version,
            expected_percent=found.rule_set.settings_as(ScreeningSettings).expected_percent,
            coarse=found.coarse,
            total=ScreeningFiguresOut(**ScreeningFiguresOut.fields(found.total, found.coarse)),
            items=list(items),
            next_page_token=token,
        )
