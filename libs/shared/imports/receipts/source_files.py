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

RETRY_SECONDS = 2
"""A file of changes is small, and the one before it usually is, too."""


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


class SourceUnfinished(Conflict):
    """Changes to a file that is not applied yet. They would be completed from data that is about to change.

    It passes by itself, so the answer has ``Retry-After``.
    """

    code = "source.unfinished"
    da = (
        "Den forrige fil fra kilden {source} (kvittering {receipt}) behandles stadig, og intet af denne er gemt. Send "
        "samme fil igen, når den er færdig; Retry-After siger, om hvor mange sekunder."
    )
    en = (
        "The former file of the source {source} (receipt {receipt}) is still being processed, and nothing of this one "
        "is stored. Send the same file again when that one is done; Retry-After says in how many seconds."
    )

    def __init__(self, *, source: str, receipt: UUID) -> None:
        super().__init__(source=source, receipt=receipt, extra={"retry_after": RETRY_SECONDS})


class SourceHeld(Conflict):
    """Changes to a whole file about which a person must decide first."""

    code = "source.held"
    da = (
        "Den seneste fulde fil fra kilden {source} (kvittering {receipt}) er holdt tilbage og venter på en afgørelse. "
        "Bekræft eller afvis den, og send ændringerne igen."
    )
    en = (
        "The last whole file of the source {source} (receipt {receipt}) is held and waits for a decision. Confirm or "
        "reject it, and send the changes again."
    )


class ChangesMissing(Conflict):
    """Changes that follow others which were not applied, so that something between the two would be missing."""

    code = "source.changes_missing"
    da = (
        "Den forrige fil med ændringer fra kilden {source} (kvittering {receipt}) blev ikke gennemført, så dens "
        "ændringer mangler. Send den igen med en ny Idempotency-Key, eller send en fuld fil."
    )
    en = (
        "The former file of changes of the source {source} (receipt {receipt}) was not completed, so its changes are "
        "missing. Send it again with a new Idempotency-Key, or send a whole file."
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

        Raises ``DeltaWithoutBulk``, ``SourceUnfinished``, ``SourceHeld`` or ``ChangesMissing``.
        """

    async def take(
        self,
        session: WriteSession,
        municipality_code: str,
        file_id: UUID,
        file: SourceFile,
        known: Known | None,
        *,
        write: bool,
    ) -> None:
        """Remember what a file told, if it is to be written. ``known`` is what a file of changes was completed from.

        Raises ``SourceOlder``, and ``SourceUnfinished`` if another file of the source was taken since ``known``.
        """


@runtime_checkable
class Asks(Protocol):
    """A reading that asks what earlier files told, when it has found that its file has changes alone."""

    ask: AskKnown | None
    """Called from a thread with the source and a digest of the file."""
