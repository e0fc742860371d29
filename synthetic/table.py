"""The forecast as a plain table for people."""

from collections.abc import Sequence

from synthetic.forecast import Forecast

_HEAD = ("fil / file", "rækker / rows", "accepteret / accepted", "parkeret / parked", "afvist / refused")


def render(told: Forecast) -> str:
    """A line per file, the sum, the refused rows by code, and the numbers of parked rows that are replayed later or
    stay parked.
    """
    rows: list[tuple[str, ...]] = [_HEAD]
    counts = [(f.rows, f.expected.accepted, f.expected.parked, f.expected.refused) for f in told.files]
    rows += [(f.path, *map(str, row)) for f, row in zip(told.files, counts, strict=True)]
    rows.append(("i alt / in all", *(str(sum(column)) for column in zip(*counts, strict=True))))
    lines = _aligned(rows)
    lines += ["", "Afviste rækker / Refused rows:"]
    for file in told.files:
        lines += [f"  {file.path}: {code} × {count}" for code, count in file.expected.refused_by_code.items()]
    late = sum(len(parked.rows) for parked in told.late_class.parked)
    lines += [
        "",
        f"{late} rækker i klasse {told.late_class.class_name} venter på {told.late_class.roster} "
        f"/ rows of class {told.late_class.class_name} wait for {told.late_class.roster}.",
        f"{len(told.unknown_pupil.rows)} rækker om en elev, som ingen kender, forbliver parkeret "
        "/ rows of a pupil nobody knows stay parked.",
    ]
    return "\n".join(lines)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the first column left-aligned and the numbers right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
