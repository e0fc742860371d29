"""The import of ``absence_ingest`` in this process, without HTTP, on a given database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from benchmarks.municipality import CODE
from libs.shared.base.clock import utc_now
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.files.kinds.absence import ABSENCE
from libs.shared.files.parse import CSV
from libs.shared.imports.handlers import Handler, Kinds
from libs.shared.imports.parked import Parking, Patience
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, Upload
from libs.shared.imports.receipts.receive import Receiver
from libs.shared.imports.worker.process import Processor
from libs.shared.imports.worker.work import ImportWorker
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import Fingerprints, KeyRing, LookupKeys, Vault

PIECE = 64 * 1024


@dataclass
class Imports:
    """Receiver and worker of absence; ``ring`` holds the keys of the pupils' identifiers."""

    db: Database
    ring: KeyRing
    handler: Handler[Any]
    data_keys: KeyRing = field(default_factory=KeyRing.generate)

    async def receive(self, content: bytes) -> Receipt:
        """Receive a file, which then waits for the worker."""
        receiver = Receiver(
            self.db, Vault(self.data_keys), Fingerprints(self.data_keys), clock=utc_now, max_bytes=len(content) + 1
        )
        upload = Upload(
            "absence", CODE, Mode.COMMIT, Atomic.ROW, IdentifierKind.CPR_NUMBER, CSV, "utf-8", str(uuid4()), "benchmark"
        )
        return await receiver.receive(upload, ABSENCE, _body(content), gzip=False)

    def worker(self) -> ImportWorker:
        """A new import worker, not started."""
        vault, kinds = Vault(self.data_keys), Kinds([(ABSENCE, self.handler)])
        prints, parking = Fingerprints(self.data_keys), Parking(vault, utc_now, Patience())
        processor = Processor(kinds, vault, prints, LookupKeys(self.ring), utc_now, parking)
        return ImportWorker(self.db, processor, clock=utc_now)

    async def receipt(self, receipt_id: UUID) -> Receipt:
        """The receipt as it stands now."""
        async with self.db.read(Scope.of(CODE)) as session:
            return await receipts.get(session, receipt_id)


async def _body(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]
