"""Plans the next step of a file: its phases, and the steps of each. The receipt's row is locked throughout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.files.kind import Kind
from libs.shared.imports.receipts import receipts, refusing, sources
from libs.shared.imports.receipts.receipt import Atomic, Mode, Phase, Receipt, ReceiptState
from libs.shared.imports.staging import store
from libs.shared.imports.staging.tables import table_of
from libs.shared.imports.worker import crowds, ending, snapshots, units
from libs.shared.imports.worker.claims import Claimed, Step

ONLY = 0
"""The number of the step of a phase with a single step."""
CROWDS = 1
"""The number of the steps of settling that refuse groups which are too large."""
WHOLE = -1
"""The slice number of the counts of a file that is written as a whole."""


class _Moved(Exception):
    """The receipt changed; ``receipt`` is how it is now, None if it must be read again."""

    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class StepFinder:
    """Looks for the next step. ``settles`` says that the kind's handler merges groups; ``lookup_key_id`` is the id of
    the key for the identifiers of a file whose processing begins.
    """

    session: WriteSession
    kind: Kind
    claimed: Claimed
    settles: bool
    lookup_key_id: str
    now: datetime

    async def next(self, receipt: Receipt) -> tuple[Step | None, Receipt]:
        """The next step that no worker has, None if there is none at present, and the receipt as it is then. Moves the
        receipt to its next phase when the steps of a phase are done.
        """
        while receipt.phase is not None or not receipt.final:
            try:
                return await self._look(receipt), receipt
            except _Moved as moved:
                receipt = moved.receipt or await receipts.at_work(self.session, receipt.id)
        return None, receipt

    async def _look(self, receipt: Receipt) -> Step | None:
        if receipt.state is ReceiptState.HELD:
            await self._end_hold(receipt)
            return None
        if receipt.phase is None:
            await self._require_newest(receipt)
            begun = {"state": ReceiptState.WORKING.value, "staging": 1, "lookup_key_id": self.lookup_key_id}
            await self._move(receipt, Phase.STAGING, **begun)
        if receipt.phase in {Phase.CLOSING, Phase.FINISHING, Phase.LEAVING}:
            return await self._ending(receipt)
        if _emptied(receipt):
            await self._again(receipt)
        return await self._of_rows(receipt)

    async def _ending(self, receipt: Receipt) -> Step | None:
        """The next step of a file that needs its staged rows no more."""
        if receipt.phase is Phase.CLOSING:
            return await self._closing(receipt)
        if receipt.phase is Phase.FINISHING:
            seq = await refusing.chunk_without_texts(self.session, receipt.id)
            return self._one((Phase.FINISHING, ONLY if seq is None else seq + 1))
        return self._one((Phase.LEAVING, ONLY))

    async def _of_rows(self, receipt: Receipt) -> Step | None:
        if receipt.phase is Phase.STAGING:
            return await self._chunk(receipt)
        if receipt.phase is Phase.SETTLING:
            return await self._settling(receipt)
        if receipt.phase is Phase.COMPARING:
            return await self._comparing(receipt)
        return await self._slice(receipt, receipt.phase or Phase.APPLYING)

    def _one(self, step: Step) -> Step | None:
        """The given step of a phase whose steps are done one at a time; None while a step of the file is claimed."""
        return None if self.claimed.taken else step

    async def _move(self, receipt: Receipt, phase: Phase, **more: Any) -> None:
        """Put the receipt into the phase, and raise ``_Moved``."""
        also = "".join(f", {name} = :{name}" for name in more)
        changed = await self.session.execute(
            text(
                f"UPDATE import_receipt AS r SET phase = :phase{also} WHERE id = :id"  # noqa: S608 - columns of ours
                f" RETURNING {receipts.AT_WORK}"
            ),
            {"id": receipt.id, "phase": phase.value, **more},
        )
        moved = _Moved()
        moved.receipt = receipts.from_row(changed.mappings().one())
        raise moved

    async def _again(self, receipt: Receipt) -> None:
        """Stage the file again. Rows that were written stay and are skipped; rows that were only judged are judged
        again.
        """
        given = {"id": receipt.id}
        if receipt.whole:
            await receipts.execute(self.session, "DELETE FROM import_slice WHERE receipt_id = :id", given)
        await receipts.execute(
            self.session,
            "DELETE FROM import_refusal WHERE receipt_id = :id AND NOT replayed AND (:all OR slice IS NULL)",
            {**given, "all": receipt.whole},
        )
        await receipts.execute(self.session, "DELETE FROM import_claim WHERE receipt_id = :id", given)
        await receipts.execute(
            self.session, "UPDATE import_chunk SET written_rows = NULL WHERE receipt_id = :id", given
        )
        more: dict[str, Any] = {}
        if receipt.lookup_key_id is None:  # it was held, and is confirmed
            await self._require_newest(receipt)
            more = {"state": ReceiptState.WORKING.value, "lookup_key_id": self.lookup_key_id}
        await self._move(receipt, Phase.STAGING, staging=receipt.staging + 1, **more)

    async def _end_hold(self, receipt: Receipt) -> None:
        """End a held snapshot whose time is over."""
        if receipt.held_until is not None and receipt.held_until <= self.now:
            await ending.reject(self.session, receipt, "snapshot.hold_expired", self.now)
            raise _Moved

    async def _require_newest(self, receipt: Receipt) -> None:
        """End a snapshot if one that is as new or newer was accepted while it waited."""
        if not await sources.overtaken(self.session, receipt):
            return
        if receipt.decision is None:
            await ending.reject(self.session, receipt, "snapshot.older", self.now)
        else:
            await ending.replace(self.session, receipt, self.now)
        raise _Moved

    async def _chunk(self, receipt: Receipt) -> Step | None:
        """The next chunk, in the file's order."""
        found = (await self.session.execute(_CHUNKS, {"id": receipt.id, "staging": receipt.staging})).one()
        if found.stop is not None:
            await ending.reject(self.session, receipt, found.stop, self.now)
            raise _Moved
        if found.next is None:
            await self._move(receipt, Phase.SETTLING)
        return self._one((Phase.STAGING, found.next))

    async def _settling(self, receipt: Receipt) -> Step | None:
        rows = int((await self.session.execute(_STAGED, {"id": receipt.id, "staging": receipt.staging})).scalar_one())
        if self.settles or rows > crowds.MOST_OF_A_GROUP:
            if not receipt.settled:
                return self._one((Phase.SETTLING, ONLY))
            if await crowds.any_left(self.session, receipt, table_of(self.kind)):
                return self._one((Phase.SETTLING, CROWDS))
        slices = store.slices_for(self.kind, rows)
        if self.kind.parallel and slices > 1:
            await receipts.notify(self.session)  # another lane may help
        compares = receipt.upload.snapshot is not None and receipt.comparison is None
        after = Phase.COMPARING if compares else _judging(receipt)
        await self._move(receipt, after, slices=slices)
        return None

    async def _comparing(self, receipt: Receipt) -> Step | None:
        if receipt.comparison is None:
            if not units.may_be_judged(receipt, await units.others(self.session, receipt)):
                return None
            return self._one((Phase.COMPARING, ONLY))
        await self._move(receipt, _judging(receipt))
        return None

    async def _closing(self, receipt: Receipt) -> Step | None:
        if await snapshots.any_open(self.session, receipt.id):
            return self._one((Phase.CLOSING, ONLY))
        if not self.claimed.taken:
            await self._move(receipt, Phase.FINISHING)
        return None

    async def _slice(self, receipt: Receipt, phase: Phase) -> Step | None:
        found = await self.session.execute(_SLICES, {"id": receipt.id, "staging": receipt.staging})
        done = {row.number: row.refused for row in found}
        numbers: Sequence[int] = [WHOLE] if phase is Phase.APPLYING and receipt.whole else range(receipt.slices)
        left = [number for number in numbers if number not in done]
        if left and not units.may_go_on(receipt, await units.others(self.session, receipt)):
            return None
        if left and self.kind.parallel:
            return next(((phase, number) for number in left if (phase, number) not in self.claimed.taken), None)
        if left:
            return self._one((phase, left[0]))
        if self.claimed.taken:
            return None
        if phase is Phase.JUDGING and _goes_on(receipt):
            await self._move(receipt, Phase.APPLYING)
        await refusing.trim(self.session, receipt.id)
        closes = receipt.upload.snapshot is not None and receipt.upload.mode is Mode.COMMIT
        await self._move(receipt, Phase.CLOSING if closes else Phase.FINISHING)
        return None


def _emptied(receipt: Receipt) -> bool:
    """Whether staged rows are missing: the staging tables are unlogged, so a crash of the server empties them."""
    return receipt.settled is None and (receipt.phase is not Phase.STAGING or receipt.chunks_done > 0)


def _judging(receipt: Receipt) -> Phase:
    return Phase.JUDGING if receipt.whole else Phase.APPLYING


def _goes_on(receipt: Receipt) -> bool:
    """Whether the rows of a file that was judged as a whole are to be written."""
    upload = receipt.upload
    return upload.mode is Mode.COMMIT and upload.atomic is Atomic.FILE and receipt.refused == 0


_CHUNKS = text("""
SELECT min(seq) FILTER (WHERE staging <> :staging) AS next, max(stop) FILTER (WHERE staging = :staging) AS stop
  FROM import_chunk WHERE receipt_id = :id
""")

_STAGED = text("""
SELECT coalesce(sum(row_count - refused), 0) FROM import_chunk WHERE receipt_id = :id AND staging = :staging
""")

_SLICES = text("SELECT number, refused FROM import_slice WHERE receipt_id = :id AND staging = :staging")
