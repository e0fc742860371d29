"""Registration and absence_ingest with key rings that are replaced, and a real log between them."""

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg

from libs.shared.events.handling import Handling
from libs.shared.events.outbox import Outbox
from libs.shared.operations.keys import keys_command, rotate_command
from libs.shared.privacy.keys import KeyRing
from libs.shared.rotation.places import Ring
from services.absence_ingest.keys import key_use_of as absence_use
from services.absence_ingest.wiring import subscriptions
from services.registration.keys import key_use_of as registration_use
from tests.factories.events import consuming, relaying, until
from tests.factories.own_topics import OwnTopics
from tests.integration.services.absence_ingest.service import AbsenceIngest
from tests.integration.services.registration.service import Registration
from tests.realparts.databases import OwnDatabase


def ring(*key_ids: str) -> KeyRing:
    return KeyRing({key_id: key_id.encode().ljust(32, b".") for key_id in key_ids})


@dataclass
class Platform:
    """Registration and absence_ingest on a log; ``log`` uses the topics' names in the contracts."""

    registration: Registration
    absence: AbsenceIngest
    databases: dict[str, OwnDatabase]
    log: OwnTopics

    def turn(self, *key_ids: str) -> None:
        """Give all services rings of these keys, as after a restart."""
        rings = ring(*key_ids)
        self.registration.data_keys = self.registration.lookup_keys = self.registration.blind_index_keys = rings
        self.absence.data_keys = self.absence.lookup_keys = rings

    async def rotate(self, service: str, *words: str) -> tuple[int, dict[str, Any], str]:
        """Run the command with the current rings; returns its exit code, its last line, and all its output."""
        keys, written = self.absence.lookup_keys, []
        if service == "registration":
            use = registration_use(dict.fromkeys(Ring, keys), Outbox("registration"))
            db = self.registration.db
        else:
            use, db = absence_use({Ring.DATA: keys, Ring.LOOKUP: keys}), self.absence.db
        code = await rotate_command(words, db=db, use=use, write=written.append)
        return code, json.loads(written[-1]), "".join(written)

    async def in_use(self, service: str) -> tuple[set[tuple[str, str, str]], str]:
        """(ring, key id, place) of each row that ``keys in-use`` lists, and all its output."""
        keys, written = self.absence.lookup_keys, []
        if service == "registration":
            use, db = registration_use(dict.fromkeys(Ring, keys), Outbox("registration")), self.registration.db
        else:
            use, db = absence_use({Ring.DATA: keys, Ring.LOOKUP: keys}), self.absence.db
        await keys_command(["in-use"], db=db, use=use, reads=[], log=lambda: self.log, write=written.append)
        found = {(row["ring"], row["key_id"], row["where"]) for row in json.loads(written[-1])["in_use"]}
        return found, "".join(written)

    async def flow(self) -> None:
        """Wait until every event has reached its readers, and replay the rows that waited for them."""
        async with AsyncExitStack() as stack:
            for name, db in (("registration", self.registration.db), ("absence_ingest", self.absence.db)):
                await stack.enter_async_context(relaying(db, self.log, name=name))
            handling = Handling(
                self.absence.db,
                "absence_ingest",
                subscriptions(Outbox("absence_ingest")),
            )
            await stack.enter_async_context(consuming(self.log, handling))
            await until(self._settled)
        await self.absence.settle()

    async def _settled(self) -> bool:
        for own in self.databases.values():
            if await one(own, "SELECT count(*) FROM outbox WHERE published_at IS NULL"):
                return False
        seen = "SELECT count(DISTINCT pupil_id) FROM lookup_key"
        calendars = "SELECT coalesce(sum(aggregate_version), 0) FROM calendar"
        newest = "SELECT coalesce(sum(aggregate_version), 0) FROM pupil"
        registration, absence = self.databases["registration"], self.databases["absence_ingest"]
        for newest_of in (newest, calendars):
            if await one(registration, newest_of) != await one(absence, newest_of):
                return False
        return bool(await one(absence, seen))


async def one(own: OwnDatabase, sql: str) -> Any:
    connection = await asyncpg.connect(own.admin_url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def standing(own: OwnDatabase, key_id: str) -> dict[str, int]:
    """The number of rows with the key's id, as text or inside bytes, by table."""
    connection, found = await asyncpg.connect(own.admin_url), {}
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for row in tables:
            sql = f'SELECT count(*) FROM "{row["tablename"]}" AS t WHERE t::text LIKE ANY($1)'
            forms = [f"%{key_id}%", f"%{key_id.encode().hex()}%"]
            if count := await connection.fetchval(sql, forms):
                found[row["tablename"]] = count
    finally:
        await connection.close()
    return found
