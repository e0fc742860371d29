"""A database with the tables of imports and a small kind of file, and a bench that imports files in single steps."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text

from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.events import STEPS
from libs.shared.files.kind import Kind
from libs.shared.files.parse import CSV
from libs.shared.imports import steps
from libs.shared.imports.handlers import Handler, Kinds
from libs.shared.imports.parked import Parking, Patience
from libs.shared.imports.receipts import receipts, refused
from libs.shared.imports.receipts.quota import Quota
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, Upload
from libs.shared.imports.receipts.receive import Receiver
from libs.shared.imports.staging import tables as staging
from libs.shared.imports.worker.process import ATOMIC_ROWS, Processor
from libs.shared.imports.worker.work import ImportWorker
from libs.shared.privacy.identifiers import IdentifierKind, normalise
from libs.shared.privacy.keys import Fingerprints, KeyRing, LookupKeys, Vault
from tests.factories.imported import DAYS, DaysHandler, make_tables
from tests.factories.statements import Statements
from tests.realparts.databases import OwnDatabase

NOW = datetime(2023, 6, 30, 12, tzinfo=UTC)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: int) -> None:
        self.now += timedelta(**by)


async def pieces(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    """A request body in pieces, as it arrives over the network."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


@dataclass
class Bench:
    """Receiver and worker over one database, with small chunks."""

    own: OwnDatabase
    chunk_bytes: int = 2000
    chunk_rows: int = 20_000
    receive_rows: int = 200_000
    """``atomic_rows`` of the receiver, which refuses such a file in the request already."""
    quota: Quota = field(default_factory=Quota)
    handler: Handler[Any] = field(default_factory=DaysHandler)
    clock: Clock = field(default_factory=Clock)
    data_keys: KeyRing = field(default_factory=KeyRing.generate)
    keys: LookupKeys = field(default_factory=lambda: LookupKeys(KeyRing.generate("l1")))
    kind: Kind = DAYS
    atomic_rows: int = ATOMIC_ROWS
    poll_seconds: float = 0.2
    together_bytes: int = 0

    @property
    def db(self) -> Database:
        return self.own.db

    @property
    def vault(self) -> Vault:
        return Vault(self.data_keys)

    @property
    def kinds(self) -> Kinds:
        return Kinds([(self.kind, self.handler)])

    @property
    def receiver(self) -> Receiver:
        prints = Fingerprints(self.data_keys)
        return Receiver(
            self.db,
            self.vault,
            prints,
            clock=self.clock,
            chunk_bytes=self.chunk_bytes,
            chunk_rows=self.chunk_rows,
            max_bytes=10**7,
            atomic_rows=self.receive_rows,
            quota=self.quota,
        )

    @property
    def worker(self) -> ImportWorker:
        parking = Parking(self.vault, self.clock, Patience())
        prints = Fingerprints(self.data_keys)
        processor = Processor(
            self.kinds, self.vault, prints, self.keys, self.clock, parking, atomic_rows=self.atomic_rows
        )
        return ImportWorker(
            self.db,
            processor,
            clock=self.clock,
            poll_seconds=self.poll_seconds,
            gap_seconds=0.5,
            together_bytes=self.together_bytes,
        )

    def upload(self, key: str = "k", *, code: str = "101", **changed: Any) -> Upload:
        given: dict[str, Any] = {
            "kind": "days",
            "municipality_code": code,
            "mode": Mode.COMMIT,
            "atomic": Atomic.ROW,
            "identifier": IdentifierKind.CPR_NUMBER,
            "media": CSV,
            "charset": "utf-8",
            "idempotency_key": key,
            "created_by": "tests",
        }
        return Upload(**{**given, **changed})

    async def send(
        self,
        data: bytes | AsyncIterator[bytes],
        key: str = "k",
        *,
        gzip: bool = False,
        code: str = "101",
        **changed: Any,
    ) -> Receipt:
        body = pieces(data) if isinstance(data, bytes) else data
        return await self.receiver.receive(self.upload(key, code=code, **changed), self.kind, body, gzip=gzip)

    async def work(self) -> None:
        """Run the worker until nothing is left to do."""
        worker = self.worker
        async with asyncio.timeout(120):
            while await worker.work_once():
                pass

    async def receipt(self, receipt_id: UUID, code: str = "101") -> Receipt:
        async with self.db.read(Scope.of(code)) as session:
            return await receipts.get(session, receipt_id)

    async def done(self, data: bytes, key: str = "k", **changed: Any) -> Receipt:
        """Send a file, process it, and return the receipt."""
        sent = await self.send(data, key, **changed)
        await self.work()
        return await self.receipt(sent.id, changed.get("code", "101"))

    async def know(self, *numbers: str, code: str = "101") -> None:
        """Store the lookup keys of these pupils, so that their rows need not wait."""
        async with self.db.write(Scope.of(code)) as session:
            for number in numbers:
                key_id, value = self.keys.value(
                    IdentifierKind.CPR_NUMBER, normalise(IdentifierKind.CPR_NUMBER, number), code
                )
                await session.execute(
                    text("INSERT INTO known_pupil VALUES (:code, :value, :key_id)"),
                    {"code": code, "value": value, "key_id": key_id},
                )

    async def days(self, code: str = "101") -> int:
        async with self.db.read(Scope.of(code)) as session:
            return int((await session.execute(text("SELECT count(*) FROM day"))).scalar_one())

    async def refused(self, receipt: Receipt) -> list[tuple[int, str]]:
        """(row, code) of every refused row."""
        async with self.db.read(Scope.of(receipt.upload.municipality_code)) as session:
            rows = await refused.page(session, receipt.id, DAYS, after=0, size=10_000)
        return [(row.row, row.errors[0]["code"]) for row in rows]

    async def refused_csv(self, receipt: Receipt) -> str:
        return "".join([line async for line in refused.as_csv(self.db, receipt, DAYS, self.vault)])

    async def everything(self) -> str:
        """Every row of every table as text, read past row-level security."""
        connection = await asyncpg.connect(self.own.admin_url)
        try:
            names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            rows: list[str] = []
            for name in names:
                rows += [row[0] for row in await connection.fetch(f'SELECT t::text FROM "{name[0]}" t')]
            return "\n".join(rows)
        finally:
            await connection.close()


async def bench_tables(owner_url: str) -> None:
    """Create the tables of a bench."""
    statements = Statements()
    for number in STEPS.numbers():
        STEPS.up(statements, number)
    for number in steps.numbers():
        steps.up(statements, number)
    staging.up(statements, DAYS)
    make_tables(statements)
    await statements.run(owner_url)


def counts(receipt: Receipt) -> Sequence[int]:
    """(rows, accepted, unchanged, parked, refused)."""
    return (receipt.rows, receipt.accepted, receipt.unchanged, receipt.parked, receipt.refused)
