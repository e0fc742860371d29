"""A registration database of one's own, and files sent through the real receiver and import worker."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from libs.shared.base.clock import utc_now
from libs.shared.base.settings import Profile
from libs.shared.db.database import Database
from libs.shared.db.scope import NOBODY, Access, Scope
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.parked import Parking, Patience, Replayer
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipts import Atomic, Mode, Receipt, Upload
from libs.shared.imports.receipts.receive import Receiver
from libs.shared.imports.worker.process import Processor
from libs.shared.imports.worker.work import ImportWorker
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import BlindIndex, Fingerprints, KeyRing, LookupKeys, Vault
from libs.shared.runtime.parts import Part, kinds_of
from services.registration.roster.pupils.waiting import CONCERNS
from services.registration.wiring import rooms

MIGRATIONS = Path("services/registration/migrations")

SCHOOLS = "institution_number;name;kind\n910101;Prøveskolen;public\n910102;Friskolen;private\n"
CLASSES = """institution_number;school_year;name;grade;kind
910101;2021/2022;4A;4;ordinary
910101;2022/2023;5A;5;ordinary
910101;2022/2023;5B;5;ordinary
910102;2022/2023;5A;5;ordinary
"""
PUPIL_HEADER = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
ASK = "6101120008;ask00001;L1;Ask Prøvesen 1;910101;2022/2023;5A;2022-08-01;2023-08-01\n"


async def _body(content: bytes) -> AsyncIterator[bytes]:
    yield content


@dataclass
class Registration:
    """The service's import side; rings may be exchanged, as in a rotation."""

    db: Database
    data_keys: KeyRing
    lookup_keys: KeyRing
    blind_index_keys: KeyRing
    profile: Profile = Profile.DEVELOPMENT

    @classmethod
    def on(cls, db: Database, profile: Profile = Profile.DEVELOPMENT) -> "Registration":
        return cls(db, KeyRing.generate(), KeyRing.generate(), KeyRing.generate(), profile)

    @property
    def vault(self) -> Vault:
        return Vault(self.data_keys)

    def parts(self) -> list[Part]:
        """The parts of the service's rooms."""
        return rooms(
            self.db,
            Outbox("registration"),
            vault=self.vault,
            lookup_keys=LookupKeys(self.lookup_keys),
            blind_index=BlindIndex(self.blind_index_keys),
            profile=self.profile,
            clock=utc_now,
        )

    def kinds(self) -> Kinds:
        """The kinds of file, with their handlers."""
        return kinds_of(self.parts())

    def republishing(self, topic: str) -> Republishing:
        """What tells the states of ``registration.<topic>`` again."""
        found = (each for part in self.parts() for each in part.republishing)
        return next(each for each in found if each.topic == f"registration.{topic}")

    async def queue(
        self,
        kind: str,
        content: str,
        municipality: str = "101",
        *,
        mode: Mode = Mode.COMMIT,
        chunk_bytes: int = 4_000_000,
        identifier: IdentifierKind = IdentifierKind.CPR_NUMBER,
    ) -> Receipt:
        """Send a file, for whichever worker takes it."""
        prints = Fingerprints(self.data_keys)
        receiver = Receiver(self.db, self.vault, prints, clock=utc_now, chunk_bytes=chunk_bytes)
        upload = Upload(kind, municipality, mode, Atomic.ROW, identifier, "csv", "utf-8", str(uuid4()), "test")
        return await receiver.receive(upload, self.kinds().kind(kind), _body(content.encode()), gzip=False)

    async def receipt(self, receipt: Receipt, municipality: str = "101") -> Receipt:
        """The receipt as it stands now."""
        async with self.db.read(Scope.of(municipality)) as session:
            return await receipts.get(session, receipt.id)

    async def send(
        self,
        kind: str,
        content: str,
        municipality: str = "101",
        *,
        mode: Mode = Mode.COMMIT,
        chunk_bytes: int = 4_000_000,
        identifier: IdentifierKind = IdentifierKind.CPR_NUMBER,
    ) -> Receipt:
        """Send a file and wait for its final receipt."""
        receipt = await self.queue(
            kind, content, municipality, mode=mode, chunk_bytes=chunk_bytes, identifier=identifier
        )
        worker = self.worker()
        for _ in range(500):
            await worker.work_once()
            receipt = await self.receipt(receipt, municipality)
            if receipt.final:
                assert receipt.state.value == "completed", receipt
                return receipt
        raise AssertionError("the receipt never became final")

    def replayer(self) -> Replayer:
        """What plays waiting rows."""
        parking = Parking(self.vault, utc_now, Patience())
        return Replayer(self.db, self.kinds(), parking, utc_now, CONCERNS)

    def worker(self) -> ImportWorker:
        """The import worker, with all that a process gives it to do."""
        replayer = self.replayer()
        prints, lookup = Fingerprints(self.data_keys), LookupKeys(self.lookup_keys)
        processor = Processor(replayer.kinds, self.vault, prints, lookup, utc_now, parking=replayer.parking)
        return ImportWorker(self.db, processor, clock=utc_now, chores=[replayer.step])

    async def settle(self) -> None:
        """Turn every loop of the worker until none has anything to do."""
        worker = self.worker()
        while await worker.work_once():
            pass

    async def base(self, municipality: str = "101") -> None:
        """Two schools with their classes."""
        await self.send("schools", SCHOOLS, municipality)
        await self.send("classes", CLASSES, municipality)

    async def rows(self, sql: str, *municipalities: str, access: Access | None = None) -> list[Any]:
        """What a transaction of these municipalities sees."""
        async with self.db.read(Scope.of(*municipalities, access=access)) as session:
            return list((await session.execute(text(sql))).mappings())

    async def events(self, topic: str) -> list[dict[str, Any]]:
        """The events written so far, oldest first."""
        async with self.db.read(NOBODY) as session:
            found = await session.execute(
                text("SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE topic = :topic ORDER BY seq"),
                {"topic": f"registration.{topic}"},
            )
            return list(found.scalars())


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    """Accepted, unchanged, parked, refused."""
    return receipt.accepted, receipt.unchanged, receipt.parked, receipt.refused


def codes(receipt: Receipt) -> dict[str, int]:
    """Refused rows by code."""
    return dict(receipt.refused_by_code)
