"""How a figure is printed by the published rules: rounded, hidden, and as a row of CSV."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def rounded(count: int) -> int | None:
    """The count rounded to the nearest five; None below five."""
    return None if count < 5 else (count + 2) // 5 * 5


def mean(halves: Sequence[int]) -> str | None:
    """The mean in days with one decimal; None with too few contributors or a dominating pupil."""
    if len(halves) - max(Counter(halves).values(), default=0) < 5:
        return None
    largest, _, *rest = sorted(halves, reverse=True)
    if 10 * sum(rest) < largest:
        return None
    exact = Decimal(sum(halves)) / 2 / len(halves)
    return str(exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def shown(column: str, of: str, value: int | str | None) -> dict[str, str]:
    """A figure and the reason for a missing one, in their columns."""
    return {
        column: "" if value is None else str(value),
        f"{of}missing_reason": "suppressed" if value is None else "",
    }


def as_csv(rows: Sequence[dict[str, str]]) -> bytes:
    """The rows as a file of the bundle."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
