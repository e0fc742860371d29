"""Types of fields in the bodies and answers of initiatives."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from libs.shared.privacy.free_text import FreeText

MOST_KRONER = 1_000_000_000_000

Kroner = Annotated[int, Field(ge=0, le=MOST_KRONER, examples=[2_500_000], description="Whole kroner.")]
"""An amount of a body."""

Percent = Annotated[
    Decimal, Field(ge=0, le=100, decimal_places=2, examples=["18.20"], description="Percent, two decimals.")
]
"""A share."""

Remark = Annotated[str, FreeText(1000)]
"""Words about municipalities and their decisions, and never about pupils."""
