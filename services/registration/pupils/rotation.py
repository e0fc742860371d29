"""After a key ring got a new active key: every pupil gets keys by it, an event that carries them, and a new seal.

An old key is taken off a ring when this has run and, for lookup keys, when no parked row of either service needs it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import Database, WriteSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery.outbox import Outbox
from libs.shared.privacy.keys import BlindIndex, LookupKeys
from services.registration.identity.sealing import PupilVault
from services.registration.identity.use_cases import persons
from services.registration.pupils import queries
from services.registration.pupils.publishing import lock_roster, publish
from services.registration.pupils.queries import PupilRecord
from services.registration.pupils.roster import opened, sealed

_MUNICIPALITIES = text("SELECT DISTINCT municipality_code FROM pupil ORDER BY municipality_code")
_PAGE = text("""
SELECT pupil_id FROM pupil WHERE municipality_code = :code AND pupil_id > :after ORDER BY pupil_id LIMIT :size
""")
_NOBODY = UUID(int=0)


ROTATING = WorkLimits(statement_seconds=300.0, lock_seconds=300.0, idle_seconds=300.0)
"""The roster's lock may be held by the import of a whole file; keys are worked out between two statements."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many pupils were looked at, how many got an event, and how many a new seal."""

    pupils: int = 0
    published: int = 0
    resealed: int = 0


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation takes."""

    outbox: Outbox
    vault: PupilVault
    lookup_keys: LookupKeys
    blind_index: BlindIndex

    async def run(self, db: Database, *, page: int = 1000) -> Rotated:
        """All pupils of all municipalities, a page a transaction. Interrupted, it may simply run again."""
        db = db.within(ROTATING)
        async with db.read(Scope(access=Access.OPERATOR)) as session:
            codes = list((await session.execute(_MUNICIPALITIES)).scalars())
        total = Rotated()
        for code in codes:
            after: UUID | None = _NOBODY
            while after is not None:
                async with db.write(Scope.of(code)) as session:
                    done, after = await self.page(session, code, after, page)
                total = Rotated(
                    total.pupils + done.pupils, total.published + done.published, total.resealed + done.resealed
                )
        return total

    async def page(self, session: WriteSession, code: str, after: UUID, size: int) -> tuple[Rotated, UUID | None]:
        """The pupils after this id; also the last one's id, None when there are no more."""
        await lock_roster(session, code)
        ids = list((await session.execute(_PAGE, {"code": code, "after": after, "size": size})).scalars())
        if not ids:
            return Rotated(), None
        records = await queries.records(session, ids)
        keys, stale, numbers = await asyncio.to_thread(self._worked_out, code, list(records.values()))
        await persons(session, self.blind_index, numbers)
        await queries.write(session, code, stale)
        new = await queries.add_keys(session, code, keys)
        published = {key[3] for key in new}
        await publish(session, self.outbox, published)
        return Rotated(len(ids), len(published), len(stale)), ids[-1]

    def _worked_out(
        self, code: str, records: Sequence[PupilRecord]
    ) -> tuple[list[tuple[str, str, str, UUID]], list[PupilRecord], dict[str, UUID]]:
        """Lookup keys by every key of the ring, pupils to seal again, and the persons of CPR numbers."""
        keys: list[tuple[str, str, str, UUID]] = []
        stale: list[PupilRecord] = []
        numbers: dict[str, UUID] = {}
        for record in records:
            identity = opened(self.vault, record)
            for kind, value in identity.identifiers:
                hashed = self.lookup_keys.all_values(kind, value, code)
                keys += ((kind.value, *each, record.pupil_id) for each in hashed)
            if any(self.vault.is_stale(each) for each in record.sealed_values):
                stale.append(
                    sealed(
                        self.vault, record.pupil_id, identity, record.person_id, has_cpr_number=record.has_cpr_number
                    )
                )
            if record.has_cpr_number and identity.cpr_number:
                numbers[identity.cpr_number] = record.person_id
        return keys, stale, numbers
