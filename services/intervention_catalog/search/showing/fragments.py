"""Chooses the piece of a long text to show: the one that matches most of the query."""

from collections.abc import Sequence
from dataclasses import dataclass

LENGTH = 160


@dataclass(frozen=True, slots=True)
class Mark:
    """``text[start:stop]`` matches the concept with the number ``concept`` and scores ``told``."""

    start: int
    stop: int
    concept: int
    told: float


def fragment_of(text: str, marks: Sequence[Mark]) -> tuple[int, int, float]:
    """Start and stop of the piece, cut between words and about 160 characters long, and its score.

    The score is the sum of each concept's best match in it. Of pieces with the same score the first is chosen.
    """
    if len(text) <= LENGTH or not marks:
        return 0, _stop(text, 0), _told(marks)
    best = max(
        (
            tuple(mark for mark in marks[first:] if mark.stop <= marks[first].start + LENGTH)
            for first in range(len(marks))
        ),
        key=lambda inside: (_told(inside), -inside[0].start if inside else 0),
    )
    if not best:
        return 0, _stop(text, 0), 0.0
    spare = LENGTH - (best[-1].stop - best[0].start)
    start = _start(text, max(0, min(best[0].start - spare // 2, len(text) - LENGTH)), best[0].start)
    return start, max(_stop(text, start), best[-1].stop), _told(best)


def _told(marks: Sequence[Mark]) -> float:
    best: dict[int, float] = {}
    for mark in marks:
        best[mark.concept] = max(best.get(mark.concept, 0.0), mark.told)
    return sum(best[concept] for concept in sorted(best))


def _start(text: str, wanted: int, latest: int) -> int:
    """The start of the first word at or after ``wanted``."""
    if wanted == 0 or text[wanted - 1].isspace():
        return wanted
    space = text.find(" ", wanted, latest)
    return latest if space < 0 else space + 1


def _stop(text: str, start: int) -> int:
    """The end of the last word within the length; a text without a space is cut inside a word."""
    stop = start + LENGTH
    if stop >= len(text):
        return len(text)
    space = text.rfind(" ", start, stop + 1)
    return stop if space <= start else space
