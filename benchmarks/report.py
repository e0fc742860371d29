"""The figures as a table for people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.figures import Figure, growths


@dataclass
class Report:
    """Collects the figures of a benchmark; ``say`` reports its progress meanwhile."""

    say: Callable[[str], object]
    figures: list[Figure] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """Add one figure."""
        self.figures.append(figure)


HEAD = ("figure", "size", "measured", "held against", "ratio", "goal", "met")


def number(value: float) -> str:
    """The number with about three significant digits, and a comma between thousands."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cells(figure: Figure) -> tuple[str, ...]:
    """One figure as a row under ``HEAD``."""
    sign = "≥" if figure.more_is_better else "≤"
    return (
        figure.name,
        figure.size,
        f"{number(figure.value)} {figure.unit}",
        f"{figure.peer} {number(figure.reference)} {figure.unit}",
        f"{figure.ratio:.2f} ×",
        "-" if figure.goal is None else f"{sign} {figure.goal:g} ×",
        {None: "-", True: "yes", False: "NO"}[figure.met],
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures as a table."""
    rows = [HEAD, *map(cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    return "\n".join(lines)


def growth_lines(figures: Sequence[Figure]) -> list[str]:
    """One line for each name measured at two sizes: the cost at both, and the factor by which it changed."""
    return [
        f"{growth.small.name}: {number(growth.small.cost)} {growth.small.cost_unit} at {growth.small.size}, "
        f"{number(growth.large.cost)} at {growth.large.size}: × {growth.factor:.2f}"
        for growth in growths(figures)
    ]
