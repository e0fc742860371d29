"""The report of the journey: what happened, and whether each number is the expected one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Account:
    """Reports through ``write`` and keeps the numbers that are not the expected ones."""

    write: Callable[[str], object]
    mismatches: list[str] = field(default_factory=list)
    checks: int = 0

    def head(self, title: str) -> None:
        """Begin a part."""
        self.write(f"\n── {title} {'─' * max(3, 96 - len(title))}\n")

    def say(self, line: str) -> None:
        """Write a sentence."""
        self.write(f"   {line}\n")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Write rows under a head; numbers are right-aligned."""
        cells = [[str(cell) for cell in row] for row in (head, *rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
        for row, source in zip(cells, (head, *rows), strict=True):
            padded = [
                cell.rjust(width) if isinstance(value, int) else cell.ljust(width)
                for cell, width, value in zip(row, widths, source, strict=True)
            ]
            self.write(f"   {'  '.join(padded).rstrip()}\n")

    def check(self, what: str, seen: object, expected: object) -> None:
        """Compare a number with what it should be; a difference is written at once and kept for the end."""
        self.checks += 1
        if seen != expected:
            line = f"{what}: {seen}, expected {expected}"
            self.mismatches.append(line)
            self.write(f"   ✗ {line}\n")

    @property
    def fine(self) -> bool:
        """Whether there were checks and all of them held."""
        return self.checks > 0 and not self.mismatches
