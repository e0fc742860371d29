"""Files of several kinds that a source sends one after another: whole ones, and ones that have the changes alone.

The service remembers what the files of a source told of classes and schools, by the source's own ids, since a file of
changes names them by these ids. It is remembered with the upload, in the transaction that queues the file's parts.
"""

from typing import Protocol, runtime_checkable
from uuid import UUID

from libs.shared.base.errors import Conflict, Invalid
from libs.shared.db.database import WriteSession
from libs.shared.files.formats import SourceFile
from libs.shared.files.oneroster.known import AskKnown, Known
from libs.shared.imports.receipts.receipt import Receipt


class SourceOlder(Invalid):
    """A file that is not newer than the last one of its source."""

    code = "source.older"
    da = (
        "Der er allerede modtaget en fil fra kilden {source}, som er lavet {last}, og denne er ikke nyere. Lav et nyt "
        "udtræk, og send det."
    )
    en = (
        "A file of the source {source}, made at {last}, was already received, and this one is not newer. Make a new "
        "extract, and send it."
    )


class WholeUnfinished(Conflict):
    """Changes to a whole file that is not applied yet."""

    code = "source.whole_unfinished"
    da = (
        "Den seneste fulde fil fra kilden {source} er ikke behandlet færdig, eller den venter på en afgørelse. Vent på "
        "dens kvittering, og send ændringerne igen."
    )
    en = (
        "The last whole file of the source {source} is not finished, or it waits for a decision. Wait for its receipt, "
        "and send the changes again."
    )


class Repeated(Exception):
    """An upload of changes that was received before, with its receipt."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(str(receipt.id))
        self.receipt = receipt


class SourceFiles(Protocol):
    """What a service remembers of the files of sources."""

    async def known(self, municipality_code: str, source: str) -> Known:
        """What earlier files of the source told. Its methods are called from a thread.

        Raises ``DeltaWithoutBulk`` or ``WholeUnfinished``.
        """

    async def take(
        self, session: WriteSession, municipality_code: str, file_id: UUID, file: SourceFile, *, write: bool
    ) -> None:
        """Remember what a file told, if it is to be written. Raises ``SourceOlder``."""


@runtime_checkable
class Asks(Protocol):
    """A reading that asks what earlier files told, when it has found that its file has changes alone."""

    ask: AskKnown | None
    """Called from a thread with the source and a digest of the file."""
