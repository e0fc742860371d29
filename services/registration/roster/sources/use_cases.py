"""Remembers the files of sources, and refuses those that come in a wrong order."""

from uuid import UUID

from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.formats import SourceFile
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.oneroster.known import Known
from libs.shared.files.oneroster.problems import DeltaWithoutBulk
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import ReceiptState
from libs.shared.imports.receipts.source_files import SourceOlder, WholeUnfinished
from libs.shared.privacy.keys import LookupKeys
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.sources import queries
from services.registration.roster.sources.known import RegisteredSource

_UNFINISHED = frozenset({ReceiptState.RECEIVING, ReceiptState.QUEUED, ReceiptState.WORKING, ReceiptState.HELD})


class RosterSources:
    """Implements ``SourceFiles``."""

    def __init__(self, db: Database, vault: PupilVault, keys: LookupKeys) -> None:
        self._db = db
        self._vault = vault
        self._keys = keys

    async def known(self, municipality_code: str, source: str) -> Known:
        """What earlier files of the source told.

        Raises ``DeltaWithoutBulk`` if no whole file of it was taken, ``WholeUnfinished`` if the last one is not
        finished. The receipts of an old one may have been deleted; it was taken.
        """
        async with self._db.read(Scope.of(municipality_code)) as session:
            whole = await queries.last_whole(session, municipality_code, source)
            if whole is None:
                raise DeltaWithoutBulk
            parts = await receipts.parts_of(session, [whole])
            states = {each.state for each in parts if each.upload.kind == PUPILS.name}
            if states & _UNFINISHED:
                raise WholeUnfinished(source=source)
            if states and ReceiptState.COMPLETED not in states:
                raise DeltaWithoutBulk
            places = await queries.places(session, municipality_code, source)
        return RegisteredSource(self._db, self._vault, self._keys, municipality_code, places)

    async def take(
        self, session: WriteSession, municipality_code: str, file_id: UUID, file: SourceFile, *, write: bool
    ) -> None:
        """Remember what a file told, if it is to be written. Raises ``SourceOlder``.

        The source is locked to the end of the transaction, so that of two files at once the later one sees the other.
        Whole files of one moment may be one extract that was divided by school.
        """
        last = await queries.lock(session, municipality_code, file.source)
        if last is not None and (file.moment < last or (file.moment == last and not file.whole)):
            raise SourceOlder(source=file.source, last=last.isoformat())
        if not write:
            return
        code, source = municipality_code, file.source
        await queries.remember(session, code, source, file.moment, file_id if file.whole else None)
        if file.whole:
            numbers = sorted({each.institution_number for each in file.places if each.institution_number})
            await queries.forget_classes(session, code, source, numbers)
        await queries.add_places(session, code, source, file.places)
