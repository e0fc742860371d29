"""The part of a key rotation for pupils: lookup keys are made with the active keys, and those of retiring keys are
deleted.

Encrypted values are re-encrypted in the same way for all tables (``libs.shared.rotation``). Lookup keys of former CPR
numbers are also recomputed. Lookup keys of other former identifiers, and persons whose CPR number no pupil has any
more, are deleted with the key.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from libs.shared.db.database import Database, WriteSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import BlindIndex, LookupKeys
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rotation.places import Ring
from libs.shared.rotation.slices import Progress, Say
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.identity.use_cases import persons
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils.publishing import publish
from services.registration.roster.pupils.queries import former_identifiers, pupils
from services.registration.roster.pupils.queries.former_identifiers import Former
from services.registration.roster.pupils.queries.pupils import PupilRecord
from services.registration.roster.pupils.roster import opened

_NOBODY = UUID(int=0)


ROTATING = WorkLimits(statement_seconds=300.0, lock_seconds=300.0, idle_seconds=300.0)
"""The import of a whole file may hold the roster's lock, and keys are computed between two statements."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """The numbers of pupils that were processed and that got an event."""

    pupils: int = 0
    published: int = 0


@dataclass(frozen=True, slots=True)
class Rotation:
    """The objects that a rotation needs."""

    outbox: Outbox
    vault: PupilVault
    former: SealedTexts
    lookup_keys: LookupKeys
    blind_index: BlindIndex

    async def renew(self, db: Database, retiring: Mapping[Ring, Collection[str]], say: Say) -> Mapping[str, int]:
        """See ``KeyUse.renew``."""
        done = await self.run(db, retiring.get(Ring.LOOKUP, ()), say=say)
        return {"pupils": done.pupils, "published": done.published}

    async def run(
        self, db: Database, retiring: Collection[str] = (), *, page: int = 1000, say: Say = lambda _line: None
    ) -> Rotated:
        """Rotate all pupils of all municipalities, one page in a transaction. It can be run again after an
        interruption.
        """
        db = db.within(ROTATING)
        async with db.read(Scope(access=Access.OPERATOR)) as session:
            sizes = await pupils.numbers_by_municipality(session)
        total, progress = Rotated(), Progress("keys of pupils", sum(sizes.values()), say)
        for code in sizes:
            after: UUID | None = _NOBODY
            while after is not None:
                async with db.write(Scope.of(code)) as session:
                    done, after = await self.page(session, code, after, page, retiring)
                total = Rotated(total.pupils + done.pupils, total.published + done.published)
                progress.more(done.pupils)
        return total

    async def page(
        self, session: WriteSession, code: str, after: UUID, size: int, retiring: Collection[str] = ()
    ) -> tuple[Rotated, UUID | None]:
        """Rotate the pupils after this id. Also returns the last one's id, None when there are no more."""
        await lock_roster(session, code)
        ids = await pupils.ids_after(session, code, after, size)
        if not ids:
            return Rotated(), None
        records = await pupils.records(session, ids)
        formers = await former_identifiers.still_valid(session, ids)
        keys, numbers = await asyncio.to_thread(self._current_keys, code, list(records.values()), formers)
        await persons(session, self.blind_index, numbers)
        new = await pupils.add_keys(session, code, keys)
        changed = new | await pupils.remove_keys(session, ids, retiring)
        await publish(session, self.outbox, changed)
        return Rotated(len(ids), len(changed)), ids[-1]

    def _current_keys(
        self, code: str, records: Sequence[PupilRecord], formers: Sequence[Former]
    ) -> tuple[list[tuple[str, str, str, UUID]], dict[str, UUID]]:
        """Lookup keys by every key of the ring, and the persons of CPR numbers."""
        keys: list[tuple[str, str, str, UUID]] = []
        numbers: dict[str, UUID] = {}
        for record in records:
            identity = opened(self.vault, record)
            for kind, value in identity.identifiers:
                hashed = self.lookup_keys.all_values(kind, value, code)
                keys += ((kind.value, *each, record.pupil_id) for each in hashed)
            if record.has_cpr_number and identity.cpr_number:
                numbers[identity.cpr_number] = record.person_id
        for former in formers:
            value = self.former.open(former.former_id, "value", former.value)
            hashed = self.lookup_keys.all_values(IdentifierKind(former.kind), value, code)
            keys += ((former.kind, *each, former.pupil_id) for each in hashed)
        return keys, numbers
