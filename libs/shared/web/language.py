"""Chooses the language of an answer: Danish unless the caller prefers English."""

from typing import Literal

Language = Literal["da", "en"]
MAX_RANGES = 20


def choose_language(accept_language: str | None) -> Language:
    """``da`` or ``en`` by the weights of an Accept-Language header; Danish on a tie, a malformed or no header."""
    weights: dict[str, float] = {}
    for part in (accept_language or "").split(",")[:MAX_RANGES]:
        tag, _, parameters = part.strip().partition(";")
        base = tag.strip().lower().split("-")[0]
        if base in {"da", "en"}:
            weights[base] = max(weights.get(base, 0.0), _weight(parameters))
    return "en" if weights.get("en", 0.0) > weights.get("da", 0.0) else "da"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
