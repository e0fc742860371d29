"""What is known about one pupil before taking part."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.values.codes import Grade


class VulnerableFacts(BaseModel):
    """The autumn and the spring of the school year before participation.

    ``absence_days`` of ``school_days`` in the autumn term (August–December), both null when none is reported.
    ``survey_grade`` is the grade at the spring's wellbeing survey. ``worrying`` says per question whether the answer
    is worrying (grades 4–9), ``answers`` has the answers 1–3 (grades 1–3); one left out is not answered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    absence_days: Decimal | None = Field(default=None, ge=0, le=400)
    school_days: int | None = Field(default=None, ge=0, le=366)
    survey_grade: Grade | None = None
    worrying: dict[str, bool] = Field(default_factory=dict)
    answers: dict[str, int] = Field(default_factory=dict)
