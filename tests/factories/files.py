"""Files sent to a service on a database of its own, with its real receiver and import worker."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.files.formats import Format
from libs.shared.files.parse import MARKED
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.parked import About, Concern, Parking, Patience, Replayer
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, Upload
from libs.shared.imports.receipts.receive import Receiver
from libs.shared.imports.receipts.source_files import SourceFiles
from libs.shared.imports.worker.process import Processor
from libs.shared.imports.worker.snapshots import Holding
from libs.shared.imports.worker.work import ImportWorker
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import Fingerprints, KeyRing, LookupKeys, Vault
from tests.factories import told


async def whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


class ImportsUnderTest(ABC):
    """A service without its HTTP side, to which files are sent; its key rings may be replaced, as in a rotation."""

    db: Database
    data_keys: KeyRing
    lookup_keys: KeyRing
    concerns: Mapping[About, Sequence[Concern]]
    holding = Holding()

    @abstractmethod
    def kinds(self) -> Kinds:
        """The kinds of file, with their handlers."""

    @abstractmethod
    def clock(self) -> datetime:
        """The service's clock."""

    @property
    def vault(self) -> Vault:
        return Vault(self.data_keys)

    async def queue(
        self,
        kind: str,
        content: str | bytes,
        municipality: str = "101",
        *,
        mode: Mode = Mode.COMMIT,
        atomic: Atomic = Atomic.ROW,
        identifier: IdentifierKind = IdentifierKind.CPR_NUMBER,
        charset: str = "utf-8",
        chunk_bytes: int = 4_000_000,
        after: str | None = None,
        snapshot: Snapshot | None = None,
    ) -> Receipt:
        """Receive a file, which then waits for a worker. ``after`` is stored as a position that has been reached."""
        prints = Fingerprints(self.data_keys)
        receiver = Receiver(self.db, self.vault, prints, clock=self.clock, chunk_bytes=chunk_bytes)
        how = (mode, atomic, identifier, "csv", charset)
        upload = Upload(kind, municipality, *how, str(uuid4()), "test", after=after, snapshot=snapshot)
        data = content.encode() if isinstance(content, str) else content
        return await receiver.receive(upload, self.kinds().kind(kind), whole(data), gzip=False)

    async def queue_parts(
        self,
        form: Format,
        body: AsyncIterator[bytes],
        municipality: str = "101",
        *,
        key: str | None = None,
        chunk_bytes: int = 4_000_000,
        sources: SourceFiles | None = None,
    ) -> Receipt:
        """Receive a file of several kinds, whose parts then wait for a worker."""
        prints = Fingerprints(self.data_keys)
        receiver = Receiver(self.db, self.vault, prints, clock=self.clock, chunk_bytes=chunk_bytes, sources=sources)
        how = (Mode.COMMIT, Atomic.ROW, IdentifierKind.CPR_NUMBER, MARKED, "utf-8")
        upload = Upload(form.name, municipality, *how, key or str(uuid4()), "test")
        return await receiver.receive_parts(upload, form, body, gzip=False)

    async def receipt(self, receipt: Receipt) -> Receipt:
        """The receipt as it stands now."""
        async with self.db.read(Scope.of(receipt.upload.municipality_code)) as session:
            return await receipts.get(session, receipt.id)

    async def finish(self, receipt: Receipt) -> Receipt:
        """Process files until the receipt is final."""
        worker = self.worker()
        for _ in range(500):
            await worker.work_once()
            receipt = await self.receipt(receipt)
            if receipt.final:
                assert receipt.state.value in {"completed", "rejected"}, receipt
                return receipt
        raise AssertionError("the receipt never became final")

    def replayer(self) -> Replayer:
        """The replayer, which judges waiting rows again."""
        parking = Parking(self.vault, self.clock, Patience())
        return Replayer(self.db, self.kinds(), parking, self.clock, self.concerns)

    def worker(self, *, together_bytes: int = 0) -> ImportWorker:
        """The import worker, with the replayer as its chore. It does one step at a time, unless files are small
        enough for ``together_bytes``.
        """
        replayer = self.replayer()
        prints, lookup = Fingerprints(self.data_keys), LookupKeys(self.lookup_keys)
        processor = Processor(
            replayer.kinds, self.vault, prints, lookup, self.clock, parking=replayer.parking, holding=self.holding
        )
        return ImportWorker(self.db, processor, clock=self.clock, chores=[replayer.step], together_bytes=together_bytes)

    async def rows(self, sql: str, *municipalities: str, access: Access | None = None) -> list[Any]:
        """The rows that a transaction of these municipalities sees."""
        return await told.rows(self.db, sql, *municipalities, access=access)


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    """The counts (accepted, unchanged, parked, refused)."""
    return receipt.accepted, receipt.unchanged, receipt.parked, receipt.refused


def codes(receipt: Receipt) -> dict[str, int]:
    """The number of refused rows by code."""
    return dict(receipt.refused_by_code)
