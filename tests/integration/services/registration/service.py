"""Registration on a database of its own, with files through the real receiver and import worker."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from fastapi import APIRouter
from sqlalchemy import text

from libs.shared.base.clock import utc_now
from libs.shared.base.settings import Profile
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing
from libs.shared.files.formats import Format
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.privacy.keys import BlindIndex, KeyRing, LookupKeys
from libs.shared.runtime.parts import Part, kinds_of
from services.registration.roster.pupils.queries.waiting import CONCERNS
from services.registration.roster.sources.part import sources
from services.registration.wiring import rooms
from tests.factories import told
from tests.factories.events import until
from tests.factories.files import ImportsUnderTest, whole

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


@dataclass
class Registration(ImportsUnderTest):
    """The service without its HTTP side."""

    db: Database
    data_keys: KeyRing
    lookup_keys: KeyRing
    blind_index_keys: KeyRing
    profile: Profile = Profile.DEVELOPMENT

    concerns = CONCERNS
    _built: tuple[tuple[object, ...], list[Part]] | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def on(cls, db: Database, profile: Profile = Profile.DEVELOPMENT) -> Self:
        return cls(db, KeyRing.generate(), KeyRing.generate(), KeyRing.generate(), profile)

    def clock(self) -> datetime:
        return utc_now()

    def parts(self) -> list[Part]:
        """The parts of the service's rooms, without their routes."""
        given = (self.db, self.data_keys, self.lookup_keys, self.blind_index_keys, self.profile)
        if self._built is None or self._built[0] != given:
            self._built = given, self._build()
        return self._built[1]

    def _build(self) -> list[Part]:
        # Building 140 routes takes half a second; ``served`` builds them for the tests that ask over HTTP.
        with patch.object(APIRouter, "add_api_route"):
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
        """The republishing of the states of ``registration.<topic>``."""
        found = (each for part in self.parts() for each in part.republishing)
        return next(each for each in found if each.topic == f"registration.{topic}")

    async def send(self, kind: str, content: str, municipality: str = "101", **how: Any) -> Receipt:
        """Send a file and process it until its receipt is final; fails if the file is rejected."""
        receipt = await self.finish(await self.queue(kind, content, municipality, **how))
        assert receipt.state.value == "completed", receipt
        return receipt

    async def queue_zip(self, form: Format, content: bytes, municipality: str = "101") -> Receipt:
        """Receive a file whose source is remembered."""
        remembered = sources(self.db, self.vault, LookupKeys(self.lookup_keys))
        return await self.queue_parts(form, whole(content), municipality, sources=remembered)

    async def settle(self) -> None:
        """Run the worker until it has nothing to do, and the service's own, if it runs, has no row left to replay."""
        worker = self.worker()

        async def at_rest() -> bool:
            while await worker.work_once():
                pass
            return not await self._is_due()

        await until(at_rest)

    async def _is_due(self) -> bool:
        async with self.db.read(Scope(access=Access.IMPORT_WORKER)) as session:
            found = await session.execute(
                text("SELECT EXISTS (SELECT FROM replay_due) OR EXISTS (SELECT FROM parked_row WHERE due)")
            )
            return bool(found.scalar_one())

    async def base(self, municipality: str = "101") -> None:
        """Send two schools with their classes."""
        await self.send("schools", SCHOOLS, municipality)
        await self.send("classes", CLASSES, municipality)

    async def rows(self, sql: str, *municipalities: str, access: Access | None = None) -> list[Any]:
        """The rows that a transaction of these municipalities sees, each as a mapping."""
        return [row._mapping for row in await super().rows(sql, *municipalities, access=access)]

    async def events(self, topic: str) -> list[dict[str, Any]]:
        """The events written so far, oldest first."""
        return await told.events(self.db, f"registration.{topic}")

    async def change(self, sql: str, municipality: str, receipt: str | None = None) -> None:
        """Change receipts behind the service's back: all of the municipality, or this one."""
        async with self.db.write(Scope.of(municipality)) as session:
            chosen = "" if receipt is None else " WHERE id = :id"
            await session.execute(text(sql + chosen), {} if receipt is None else {"id": receipt})
