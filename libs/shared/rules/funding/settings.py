"""The numbers of an allocation: the rule set's ``settings``."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class FundingSettings(BaseModel):
    """The settings of a rule set of the family ``funding``.

    ``pool`` in whole kroner; ``invited`` is how many municipalities are asked; ``comparison_from_percent`` is the
    least share of a municipality just below the line, inclusive.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    pool: int = Field(ge=0)
    invited: int = Field(ge=1)
    comparison_from_percent: Decimal = Field(ge=0, le=100)
