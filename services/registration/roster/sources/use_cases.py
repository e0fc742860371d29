"""Remembers the files of sources, and refuses those that come in a wrong order."""

from uuid import UUID

from libs.shared.db.database import Database, ReadSession, WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.formats import SourceFile
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.oneroster.known import Known
from libs.shared.files.oneroster.problems import DeltaWithoutBulk
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import ReceiptState
from libs.shared.imports.receipts.source_files import (
    ChangesMissing,
    SourceHeld,
    SourceOlder,
    SourceUnfinished,
)
from libs.shared.privacy.keys import LookupKeys
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.sources import queries
from services.registration.roster.sources.known import RegisteredSource

_WORK = frozenset({ReceiptState.RECEIVING, ReceiptState.QUEUED, ReceiptState.WORKING})


class RosterSources:
    """Implements ``SourceFiles``."""

    def __init__(self, db: Database, vault: PupilVault, keys: LookupKeys) -> None:
        self._db = db
        self._vault = vault
        self._keys = keys

    async def known(self, municipality_code: str, source: str) -> Known:
        """See ``SourceFiles``. The receipts of an old file may have been deleted; it was taken."""
        async with self._db.read(Scope.of(municipality_code)) as session:
            of = await queries.remembered(session, municipality_code, source)
            if of is None or of.whole_file_id is None:
                raise DeltaWithoutBulk
            states = await _states(session, of.whole_file_id)
            _require_finished(states, source, of.whole_file_id)
            if states and ReceiptState.COMPLETED not in states:
                raise DeltaWithoutBulk
            if of.last_file_id is not None and of.last_file_id != of.whole_file_id:
                _require_finished(await _states(session, of.last_file_id), source, of.last_file_id)
            places = await queries.places(session, municipality_code, source)
        last = of.last_file_id
        return RegisteredSource(self._db, self._vault, self._keys, municipality_code, places, last_file_id=last)

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
        """See ``SourceFiles``.

        The source is locked to the end of the transaction, so that of two files at once the later one sees the other.
        Whole files of one moment may be one extract that was divided by school.
        """
        code, source = municipality_code, file.source
        of = await queries.lock(session, code, source)
        if isinstance(known, RegisteredSource) and of.last_file_id not in {None, known.last_file_id}:
            raise SourceUnfinished(source=source, receipt=of.last_file_id)
        may_repeat = file.whole or await _undone(session, of)
        if of.moment is not None and (file.moment < of.moment or (file.moment == of.moment and not may_repeat)):
            raise SourceOlder(source=source, last=of.moment.isoformat())
        if not file.whole and file.moment != of.moment and may_repeat:
            raise ChangesMissing(source=source, receipt=of.last_file_id)
        if not write:
            return
        await queries.remember(session, code, source, file.moment, file_id, whole=file.whole)
        if file.whole:
            numbers = sorted({each.institution_number for each in file.places if each.institution_number})
            await queries.forget_classes(session, code, source, numbers)
        await queries.add_places(session, code, source, file.places)


async def _states(session: ReadSession, file_id: UUID) -> set[ReceiptState]:
    """The states of a file's parts with pupils."""
    return {each.state for each in await receipts.parts_of(session, [file_id]) if each.upload.kind == PUPILS.name}


def _require_finished(states: set[ReceiptState], source: str, file_id: UUID) -> None:
    if states & _WORK:
        raise SourceUnfinished(source=source, receipt=file_id)
    if ReceiptState.HELD in states:
        raise SourceHeld(source=source, receipt=file_id)


async def _undone(session: ReadSession, of: queries.Remembered) -> bool:
    """Whether the last file is one of changes that ended without being completed."""
    if of.last_file_id is None or of.last_file_id == of.whole_file_id:
        return False
    return bool(await _states(session, of.last_file_id) - {ReceiptState.COMPLETED})
