"""The primary rules: rounding, shares, and means that rest on enough pupils, applied to each number separately.

The p %-rule and the rule that a total must rest on enough contributors are the usual ones of magnitude tables: A.
Hundepool and others, Statistical Disclosure Control (Wiley 2012), chapter 4.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from services.evaluation_export.disclosure.rules import DisclosureRules


class Part(StrEnum):
    """The protecting parts. Tests switch one off to show that it is needed; the product never does."""

    PRIMARY = "primary"
    ROUNDING = "rounding"
    MEANS = "means"
    PARTITION = "partition"
    AUDIT = "audit"
    GATE = "gate"


Off = frozenset[Part]


def to_digits(number: Fraction, digits: int) -> Decimal:
    """The number with ``digits`` decimals; halves are rounded away from zero."""
    scaled = Decimal(number.numerator) / Decimal(number.denominator)
    return scaled.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def rounded_count(
    number: int, rules: DisclosureRules, off: Off = frozenset(), *, least: int | None = None
) -> int | None:
    """The nearest multiple of the base (halves upwards).

    None for a number below ``least`` (the threshold), and for one that a large base would round to 0.
    """
    if number < (rules.threshold if least is None else least) and Part.PRIMARY not in off:
        return None
    if Part.ROUNDING in off:
        return number
    rounded = (2 * number + rules.base) // (2 * rules.base) * rules.base
    return rounded if rounded or Part.PRIMARY in off else None


def share(numerator: int, whole: int, rules: DisclosureRules, off: Off = frozenset()) -> int | None:
    """Whole per cent, from the rounded counts alone; None unless numerator and rest both reach the threshold."""
    if min(numerator, whole - numerator) < rules.threshold and Part.PRIMARY not in off:
        return None
    part, total = (rounded_count(number, rules, off, least=0) for number in (numerator, whole))
    return int(to_digits(Fraction(100 * part, total), 0)) if part is not None and total else None


def mean_days(half_days: Sequence[int], rules: DisclosureRules, off: Off = frozenset()) -> Decimal | None:
    """The mean in days to one decimal, or None where it rests on too few pupils or on one (``rests_on_enough``)."""
    if not half_days or not (Part.MEANS in off or rests_on_enough(half_days, rules)):
        return None
    return to_digits(Fraction(sum(half_days), 2 * len(half_days)), 1)


def rests_on_enough(contributions: Sequence[int], rules: DisclosureRules) -> bool:
    """Whether a mean of these may be printed.

    At least ``threshold`` pupils are measured; at least as many contribute another value than the commonest; and no
    pupil dominates: with the largest contribution x₁ and the second largest x₂ the rest ``total − x₁ − x₂`` is at
    least p % of x₁, so that the contributor of x₂ cannot estimate x₁ more closely than that (the p %-rule).
    """
    if len(contributions) < rules.threshold:
        return False
    commonest = Counter(contributions).most_common(1)[0][1]
    if len(contributions) - commonest < rules.threshold:
        return False
    return not dominated(contributions, rules)


def dominated(contributions: Sequence[int], rules: DisclosureRules) -> bool:
    """Whether the second largest contributor could estimate the largest too closely (the p %-rule)."""
    largest_first = sorted(contributions, reverse=True)
    return 100 * sum(largest_first[2:]) < rules.p * sum(largest_first[:1])
