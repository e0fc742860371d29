"""Text in two languages, and how a number is written in each."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict


class Text(BaseModel):
    """A text for people, in Danish and in English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    da: str
    en: str


def floored(amount: Fraction | Decimal | int) -> Decimal:
    """The amount with at most two decimals, rounded down.

    Down, because a threshold with two decimals then stays on the same side of the shown number as of the exact one:
    9.996 % is shown as 9.99 %, never as the 10 % it did not reach.
    """
    numerator, denominator = amount.as_integer_ratio()
    return Decimal(numerator * 100 // denominator).scaleb(-2)


def number_en(amount: Decimal | int) -> str:
    """``Decimal("10.50")`` as ``10.5``."""
    plain = format(Decimal(amount), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def number_da(amount: Decimal | int) -> str:
    """``Decimal("10.50")`` as ``10,5``."""
    return number_en(amount).replace(".", ",")


def listed_da(parts: Sequence[str]) -> str:
    """``a, b og c``."""
    return _listed(parts, " og ")


def listed_en(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return _listed(parts, " and ")


def _listed(parts: Sequence[str], last: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + last + parts[-1]
