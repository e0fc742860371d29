"""The snapshots of one source: each must be newer than the last one of the same institution and school year."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.errors import Invalid
from libs.shared.db.database import ReadSession
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.receipts.receipt import Mode, Receipt, Upload


class SnapshotOlder(Invalid):
    """A snapshot that is not newer than one which was accepted."""

    code = "snapshot.older"
    da = (
        "Der er allerede modtaget et øjebliksbillede fra kilden {source} af institutionen og skoleåret, som er lavet "
        "{last}, og dette er ikke nyere. Lav et nyt udtræk, og send det."
    )
    en = (
        "A snapshot of the institution and school year by the source {source}, made at {last}, was already received, "
        "and this one is not newer. Make a new extract, and send it."
    )


# A file that ended early and had written something may be sent again, and an older one than that may not.
_LAST = """
SELECT max(source_moment) FROM import_receipt
 WHERE municipality_code = :code AND kind = :kind AND institution_number = :institution_number
   AND school_year = :school_year AND source = :source AND mode = 'commit' AND id IS DISTINCT FROM CAST(:but AS uuid)
   AND (state = ANY(CAST(:states AS text[])) AND source_moment >= :moment
        OR state IN ('failed', 'cancelled') AND written AND source_moment > :moment)
"""
_RECEIVED = ["queued", "working", "held", "completed"]
_BEFORE = ["held", "completed"]

_HELD = """
SELECT id FROM import_receipt
 WHERE municipality_code = :code AND kind = :kind AND institution_number = :institution_number
   AND school_year = :school_year AND source = :source AND state = 'held' AND id <> :but ORDER BY id
"""


def _values(upload: Upload, snapshot: Snapshot, but: UUID | None) -> dict[str, object]:
    return {
        "code": upload.municipality_code,
        "kind": upload.kind,
        "institution_number": snapshot.institution_number,
        "school_year": snapshot.school_year,
        "source": snapshot.source,
        "moment": snapshot.source_moment,
        "but": but,
    }


async def _newest(session: ReadSession, values: dict[str, object], states: list[str]) -> datetime | None:
    found = await session.execute(text(_LAST), {**values, "states": states})
    return found.scalar_one_or_none()


async def require_newest(session: ReadSession, upload: Upload, pointer: str | None = "/query/source_moment") -> None:
    """Raise ``SnapshotOlder`` for a snapshot that is as old as or older than one that was received before."""
    snapshot = upload.snapshot
    if snapshot is None:
        return
    last = await _newest(session, _values(upload, snapshot, None), _RECEIVED)
    if last is not None:
        raise SnapshotOlder(pointer=pointer, source=snapshot.source, last=last.isoformat())


async def overtaken(session: ReadSession, receipt: Receipt) -> bool:
    """Whether a snapshot that is about to be staged is as old as or older than one that was accepted since."""
    snapshot = receipt.upload.snapshot
    if snapshot is None:
        return False
    return await _newest(session, _values(receipt.upload, snapshot, receipt.id), _BEFORE) is not None


async def held_before(session: ReadSession, receipt: Receipt) -> list[UUID]:
    """The held snapshots of the same source that this one replaces."""
    snapshot = receipt.upload.snapshot
    if snapshot is None or receipt.upload.mode is not Mode.COMMIT:
        return []
    values = _values(receipt.upload, snapshot, receipt.id)
    del values["moment"]
    return list((await session.execute(text(_HELD), values)).scalars())
