"""What a service binds to each of its kinds of files: a handler that takes the rows by set."""

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from libs.shared.db.database import WriteSession
from libs.shared.files.kind import Kind
from libs.shared.files.problems import KindUnknown
from libs.shared.imports.batch import Batch, Judged, Staged


class Handler(Protocol):
    """What a kind does with its rows, by set; it never commits. A batch holds whole groups (``Kind.settles_by``)."""

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Take every lock that judging and writing need, pupils first, in the order of their ids. Do nothing else."""

    async def judge(self, session: WriteSession, batch: Batch) -> Judged:
        """Account for every row. Writes temporary tables only and takes no locks, because a validation only judges.

        It runs several times in one transaction, for one batch after another or for the same again.
        """

    async def write(self, session: WriteSession, batch: Batch, judged: Judged) -> None:
        """Write what ``judge`` said under the same locks, and its events."""


@runtime_checkable
class Settles(Protocol):
    """A handler that finds, over a whole file, groups that belong together."""

    async def settle(self, session: WriteSession, staged: Staged) -> None:
        """Give rows that must be judged together the ``group_hash`` of one of them. Changes nothing else."""


class Kinds:
    """The kinds a service takes, each bound to its handler (built in ``wiring.py``)."""

    def __init__(self, bound: Iterable[tuple[Kind, Handler]]) -> None:
        self._bound = {kind.name: (kind, handler) for kind, handler in bound}

    def __iter__(self) -> Iterator[Kind]:
        return (kind for kind, _ in self._bound.values())

    def kind(self, name: str) -> Kind:
        """The kind of this name. Raises ``KindUnknown``."""
        if name not in self._bound:
            raise KindUnknown(pointer="/query/kind", kinds=", ".join(self._bound))
        return self._bound[name][0]

    def bound(self, name: str) -> tuple[Kind, Handler]:
        """A kind with its handler. Raises ``KindUnknown``."""
        self.kind(name)
        return self._bound[name]

    def handler(self, name: str) -> Handler:
        """The handler of a kind. Raises ``KindUnknown``."""
        return self.bound(name)[1]
