"""The handler that a service binds to each of its kinds of files."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, runtime_checkable

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.errors import FieldError
from libs.shared.files.formats import Format
from libs.shared.files.kind import Kind
from libs.shared.files.problems import KindUnknown
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.batch import Batch, Compared, Judged, NamedRow, PlanT, Staged


class Handler(Protocol[PlanT]):
    """Judges and writes the rows of a kind, a batch at a time. It never commits. A batch holds whole groups
    (``Kind.group``).
    """

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Take every lock that ``judge`` and ``write`` need, pupils first, in the order of their ids. Do nothing
        else.
        """

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[PlanT]:
        """Decide the outcome of every row. Writes temporary tables only and takes no locks, because a validation only
        judges.

        It may run several times in one transaction, for several batches or for the same batch again.
        """

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[PlanT]) -> None:
        """Write what ``judge`` decided, and its events, under the same locks."""


@runtime_checkable
class Settles(Protocol):
    """A handler that merges groups which must be judged together; it looks at the whole file for them."""

    async def settle(self, session: WriteSession, staged: Staged) -> None:
        """Give rows that must be judged together the same ``group_hash``, that of one of them. Changes nothing else."""


@runtime_checkable
class Completes(Protocol):
    """A handler whose kind may be sent as a snapshot (``Kind.complete``)."""

    async def compare(self, session: WriteSession, batch: Batch, named: Sequence[NamedRow], today: date) -> Compared:
        """What a whole snapshot would change. Like ``judge`` it takes no locks.

        ``named`` are its rows that are not in the batch, because they were refused before.
        """

    async def close(
        self, session: WriteSession, municipality_code: str, snapshot: Snapshot, ends: Sequence[Sequence[Any]]
    ) -> Sequence[int]:
        """End what ``compare`` found (``Difference.ends``), if it is still as it was then, with its events. Takes the
        locks it needs. Returns for each of ``ends`` how many memberships were ended.
        """


@runtime_checkable
class Conceals(Protocol):
    """A handler whose refused rows are not handed back with all that was sent."""

    async def concealed(
        self,
        session: ReadSession,
        municipality_code: str,
        columns: Collection[str],
        rows: Sequence[Mapping[str, str]],
    ) -> Sequence[Collection[str]]:
        """The columns that are left empty, for each row of a file with these columns. A row is its texts by column; one
        without texts could not be split, and is left out altogether if any column is.
        """


@runtime_checkable
class Heeds(Protocol):
    """A handler that does some of what rows say although they are refused, such as protecting a name."""

    async def heed(
        self, session: WriteSession, batch: Batch, rows: Sequence[Mapping[str, str]]
    ) -> Mapping[int, FieldError]:
        """Do it for these rows of a file that is applied, each its texts by column; ``batch`` is the file's, without
        rows. Takes the locks that it needs. Returns, by the index of a row, what else the row's refusal must say.
        """


class Kinds:
    """The kinds a service takes, each bound to its handler (built in ``wiring.py``), whose plans have a type of their
    own. ``formats`` are those of several kinds; a service takes those whose kinds it takes.
    """

    def __init__(self, bound: Iterable[tuple[Kind, Handler[Any]]], formats: Iterable[Format] = ()) -> None:
        self._bound = {kind.name: (kind, handler) for kind, handler in bound}
        self.formats = {each.name: each for each in formats if all(kind.name in self._bound for kind in each.kinds)}

    def __iter__(self) -> Iterator[Kind]:
        return (kind for kind, _ in self._bound.values())

    def kind(self, name: str) -> Kind:
        """The kind of this name. Raises ``KindUnknown``."""
        if name not in self._bound:
            raise KindUnknown(pointer="/query/kind", kinds=", ".join([*self._bound, *self.formats]))
        return self._bound[name][0]

    def sort(self, name: str) -> Kind | Format:
        """The kind or the format of this name. Raises ``KindUnknown``."""
        return self.formats.get(name) or self.kind(name)

    def bound(self, name: str) -> tuple[Kind, Handler[Any]]:
        """A kind with its handler. Raises ``KindUnknown``."""
        self.kind(name)
        return self._bound[name]

    def handler(self, name: str) -> Handler[Any]:
        """The handler of a kind. Raises ``KindUnknown``."""
        return self.bound(name)[1]
