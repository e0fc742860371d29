"""The state of the slow reference of absence."""

from dataclasses import dataclass, field
from datetime import datetime

from libs.shared.privacy.identifiers import IdentifierKind
from tests.contract.imports.absence_steps import Row, Stay

Key = tuple[IdentifierKind, str]


@dataclass
class Known:
    """A pupil by its newest event."""

    version: int
    keys: frozenset[Key]
    stays: tuple[Stay, ...]


@dataclass
class Fact:
    """The value in the newest file for one pupil, date and category."""

    halves: int
    as_of: datetime


@dataclass
class Waiting:
    """A row that waits for its pupil (``unplaced`` None) or for a place (``unplaced`` is the code of the reason)."""

    row: Row
    number: int
    receipt: "Receipt"
    since: datetime
    unplaced: str | None = None
    of_somebody_gone: bool = False

    @property
    def as_of(self) -> datetime:
        return self.receipt.queued


@dataclass
class Receipt:
    """The counts of a file: the first ones never change, ``refused_later`` grows."""

    queued: datetime
    by: IdentifierKind
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    parked: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    refused_later: dict[int, str] = field(default_factory=dict)
    rejected: bool = False

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Accepted, unchanged, parked, refused."""
        return self.accepted, self.unchanged, self.parked, len(self.refused)
