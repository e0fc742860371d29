"""The bodies and answers of the routes of initiatives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from services.registration.fields import Title
from services.registration.initiatives.domain import InitiativeStatus
from services.registration.initiatives.fields import Kroner, Percent, Remark
from services.registration.initiatives.programme.domain import Content, InitiativeRead

INITIATIVE_ID = "0b9d6c1e-58a3-4f6b-9d1e-6f2a7c4b8e10"
_CONTENT: dict[str, Any] = {
    "title": "De mest udsatte børns læring og trivsel",
    "start": "2022-01-01",
    "last_day": "2022-12-31",
    "reference_date": "2019-12-31",
    "pool": 69_000_000,
    "invited": 25,
    "comparison_from_percent": "14.00",
}
_RULES: dict[str, Any] = {"family": "funding", "rule_set": "funding-2021", "version": 1, "in_force_on": "2019-12-31"}
_COUNTS: dict[str, Any] = {"unanswered": 0, "accepted": 23, "declined": 2, "withdrawn": 0}
_SUMS: dict[str, Any] = {"allocated": 69_000_000, "spent": 0, "to_divide": 0, "released": 0, "passed_on": 0}


class InitiativeIn(BaseModel):
    """An initiative. What is left out of its funding has the numbers of the rule set."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{**_CONTENT, "rule_sets": ["funding-2021", "screening-2021"]}]}
    )

    title: Title
    start: Day
    last_day: Day = Field(description="Inclusive.")
    reference_date: Day = Field(description="The day as of which the shares are; it chooses the rule set for funding.")
    rule_sets: Annotated[list[Annotated[str, Field(pattern="^[a-z0-9-]{1,100}$")]], Field(max_length=20)] | None = (
        Field(
            default=None,
            description="Names, one for each family, and one for funding among them. Left out: the sets in force for "
            "funding, screening, composition and dosage.",
        )
    )
    pool: Kroner | None = None
    invited: int | None = Field(default=None, ge=1, le=98, description="How many municipalities the rule invites.")
    comparison_from_percent: Percent | None = Field(
        default=None, description="The least share of a municipality just below the line, with which is compared."
    )

    def content(self) -> Content:
        """What the use cases take."""
        return Content(**self.model_dump())


class RuleSetNamed(BaseModel):
    """A rule set of an initiative."""

    family: str
    rule_set: str
    version: int
    in_force_on: date = Field(description="The day that chose the version.")


class AnswersCounted(BaseModel):
    """How many municipalities stand how, and the sums of their grants."""

    unanswered: int
    accepted: int
    declined: int
    withdrawn: int
    allocated: int = Field(description="What those that accepted have of the newest allocation.")
    spent: int = Field(description="What those that withdrew keep.")
    to_divide: int = Field(
        description="What of the pool nobody has. After a no, a withdrawal or a larger pool: divide it again. Negative "
        "after a smaller pool."
    )
    released: int
    passed_on: int


class InitiativeOut(BaseModel):
    """An initiative, and how its municipalities have answered. Its `ETag` changes when one of them answers."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "initiative_id": INITIATIVE_ID,
                    **_CONTENT,
                    "status": "open",
                    "rule_sets": [_RULES],
                    "allocation_number": 1,
                    "created_by": "k1:0123456789abcdef0123456789abcdef",
                    "created_at": "2021-09-01T08:00:00Z",
                    "aggregate_version": 31,
                    "counts": {**_COUNTS, **_SUMS},
                }
            ]
        },
    )

    initiative_id: UUID
    title: str
    status: InitiativeStatus
    start: date
    last_day: date
    reference_date: date
    pool: int
    invited: int
    comparison_from_percent: Decimal
    rule_sets: list[RuleSetNamed]
    allocation_number: int = Field(description="Of the newest allocation; 0 before there is one.")
    created_by: str
    created_at: datetime
    aggregate_version: int
    counts: AnswersCounted | None = Field(description="Null for a municipality, which sees its own answer alone.")

    @classmethod
    def of(cls, found: InitiativeRead, *, counted: bool) -> Self:
        """The answer for an initiative; without counts for a caller who does not see every municipality."""
        shown = cls.model_validate(found)
        return shown if counted else shown.model_copy(update={"counts": None})


class CloseInitiativeIn(BaseModel):
    """What is said when an initiative is closed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Regnskabet er godkendt."}]})

    reason: Remark | None = None
