"""A batch of valid rows as a handler gets it, column by column, and the handler's result."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from libs.shared.files.snapshot import Snapshot

PlanT = TypeVar("PlanT")
RowT = TypeVar("RowT", bound=NamedTuple)


@dataclass(frozen=True, slots=True)
class Staged:
    """Where the rows of a batch are in the database: the rows of one file whose ``group_hash`` is in a range.

    ``low`` and ``high`` are both inside the range. An identifier column holds only the value of the lookup key;
    ``key_kind`` and ``key_id`` are the key's other two parts, the same for the whole file.
    """

    table: str
    receipt_id: UUID
    low: int
    high: int
    key_kind: str
    key_id: str

    def where(self, alias: str = "s") -> str:
        """The condition that selects the rows in ``table``; its parameters are ``values``."""
        return f"{alias}.receipt_id = :receipt_id AND {alias}.group_hash BETWEEN :low AND :high"

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of ``where``."""
        return {"receipt_id": self.receipt_id, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Batch:
    """Valid rows of one file, in the file's order: whole groups of rows that are judged together.

    ``columns[name][i]`` is the value of row ``i``; every declared column is present, an empty or absent optional one
    as None. ``row_numbers[i]`` is its number in the file (1 = the first data row), ascending. A replay of parked rows
    gives batches too, so one batch may be the rest of an old file (``replay`` True). ``institutions`` are the only ones
    that the sender may write about; None: the whole municipality.

    ``settled`` means that nothing more is expected that the rows could wait for: a row about a known pupil that does
    not fit is refused with its own reason instead of parked.

    For a kind that works by set the rows are only in ``staged``: there are no columns and no row numbers, and ``size``
    is the number of rows. ``snapshot`` is set for rows of a complete file.

    ``before`` are rows of the same file that are to be written before these and are not yet, by kind and column: rows
    that are judged before anything is written may refer to them. ``first`` says of a complete file, once it is
    compared, that nothing of its institution and school year was known before it; None before that.
    """

    kind: str
    municipality_code: str
    receipt_id: UUID
    queued_at: datetime
    row_numbers: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    replay: bool = False
    institutions: frozenset[str] | None = None
    staged: Staged | None = None
    size: int | None = None
    settled: bool = False
    snapshot: Snapshot | None = None
    before: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    first: bool | None = None

    def __len__(self) -> int:
        return len(self.row_numbers) if self.size is None else self.size

    def records(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The rows as plain tuples of these columns, for COPY."""
        return zip(*(self.columns[name] for name in names), strict=True)

    def rows(self, row: type[RowT]) -> Iterator[RowT]:
        """The rows as these named tuples, whose fields are columns."""
        return map(row._make, self.records(*row._fields))

    def row_number(self, index: int) -> int:
        """The row number in the file of the row that a handler names by ``index``."""
        return self.row_numbers[index] if self.size is None else index


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that the handler refuses: the column concerned (None: the whole row) and the code.

    ``index`` is its position in the batch; in a batch by set it is the row's number.
    """

    index: int
    code: str
    column: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


class WaitingReason(StrEnum):
    """Why a row waits."""

    UNKNOWN_PUPIL = "unknown_pupil"
    """No pupil is known by the row's identifier."""
    NOT_PLACED = "not_placed"
    """The pupil is known, but not yet at the place in the row."""
    IDENTITY = "identity"
    """A person must decide whether the row is about the pupil known by its id."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that cannot be judged yet; ``index`` as in ``Refusal``, ``pupil_id`` the pupil if it is known.

    ``case_id`` distinguishes several decisions about one pupil that a person is asked for.
    """

    index: int
    reason: WaitingReason
    pupil_id: UUID | None = None
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The outcome of a batch. ``accepted + unchanged + len(waiting) + len(refused)`` is its length."""

    accepted: int = 0
    unchanged: int = 0
    waiting: Sequence[Waiting] = ()
    refused: Sequence[Refusal] = ()

    def check(self, batch: Batch) -> None:
        """Raise ``ValueError`` if the numbers do not add up: a row must never be silently dropped."""
        indexes = [*(each.index for each in self.waiting), *(each.index for each in self.refused)]
        total = self.accepted + self.unchanged + len(indexes)
        inside = batch.size is not None or all(0 <= index < len(batch) for index in indexes)
        if total != len(batch) or len(set(indexes)) != len(indexes) or not inside:
            raise ValueError(f"the handler of {batch.kind} accounted for {total} of {len(batch)} rows")


@dataclass(frozen=True, slots=True)
class Judged(Generic[PlanT]):
    """What a handler would do with a batch; ``plan`` is what its ``write`` needs, in a type of the handler's own."""

    result: BatchResult
    plan: PlanT = field(repr=False)


class NamedRow(NamedTuple):
    """The identifiers of a snapshot's refused row, each as its kind and the value of its lookup key.

    ``sure`` is False if the row has an identifier that cannot be read, or none: then only a known pupil among ``keys``
    tells whom the row is about.
    """

    sure: bool
    keys: list[tuple[str, str]]


class SnapshotChange(StrEnum):
    """What a snapshot changes about a pupil."""

    JOINED = "joined"
    LEFT = "left"
    MOVED = "moved"
    """To another class of the same institution and school year."""
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A change that a snapshot would make to one pupil, or to ``pupils`` new ones, who have no id yet.

    ``place`` is the class in question: the one that is joined, left or moved to. ``ends`` is what the handler's
    ``close`` ends, as JSON; None for a change that the rows make themselves.
    """

    change: SnapshotChange
    place: str
    from_place: str | None = None
    pupil_id: UUID | None = None
    pupils: int = 1
    ends: Sequence[Any] | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a snapshot would change, and what ``judge`` said of its rows.

    ``pupils`` are those of the institution and school year from the snapshot's day on, ``left`` those among them who
    would leave, ``unreadable`` the refused rows of which nobody can say whom they are about. ``first``: nothing of the
    institution and school year was known before.
    """

    result: BatchResult
    pupils: int
    left: int
    unreadable: int
    differences: Sequence[Difference]
    first: bool = False
