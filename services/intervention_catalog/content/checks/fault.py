"""A fault found by a check."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The kinds of fault, in the order of the report."""

    COUNT = "count"
    TRANSLATION = "missing translations"
    INVENTORY = "differences from the inventory"
    REFERENCE = "references that lead nowhere"
    SYNONYM = "synonyms that clash"
    SOURCE = "differences between inventory and sources"
    WORDING = "texts sharing words with a source"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault and its place."""

    kind: FaultKind
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.sentence}"
