"""A batch of valid rows as a handler gets it, column by column, and what it answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Batch:
    """Valid rows of one file, in the file's order.

    ``columns[name][i]`` is the value of row ``i``; every declared column is present, an empty or absent optional one
    as None. ``row_numbers[i]`` is its number in the file (1 = the first data row). A replay of parked rows gives
    batches too, so one batch may be the rest of an old file (``replay`` True). ``institutions`` are the only ones that
    the sender may write about; None: the whole municipality.
    """

    kind: str
    municipality_code: str
    receipt_id: UUID
    queued_at: datetime
    row_numbers: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    replay: bool = False
    institutions: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self.row_numbers)

    def records(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Rows as plain tuples of these columns, for COPY."""
        return zip(*(self.columns[name] for name in names), strict=True)

    def subset(self, indexes: Sequence[int]) -> "Batch":
        """The rows at these indexes, in this order."""
        return Batch(
            self.kind,
            self.municipality_code,
            self.receipt_id,
            self.queued_at,
            [self.row_numbers[index] for index in indexes],
            {name: [values[index] for index in indexes] for name, values in self.columns.items()},
            self.replay,
            self.institutions,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row the handler refuses: its index in the batch, the column it is about (None: the row) and the code."""

    index: int
    code: str
    column: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a batch. ``accepted + unchanged + len(parked) + len(refused)`` is its length.

    ``parked`` holds indexes of rows whose pupil (the kind's ``park_by`` column) is not known.
    """

    accepted: int = 0
    unchanged: int = 0
    parked: Sequence[int] = ()
    refused: Sequence[Refusal] = ()

    def check(self, batch: Batch) -> None:
        """Raise ``ValueError`` if the numbers do not add up: a row must never be silently dropped."""
        indexes = [*self.parked, *(refusal.index for refusal in self.refused)]
        total = self.accepted + self.unchanged + len(indexes)
        if total != len(batch) or len(set(indexes)) != len(indexes) or any(not 0 <= i < len(batch) for i in indexes):
            raise ValueError(f"the handler of {batch.kind} accounted for {total} of {len(batch)} rows")
