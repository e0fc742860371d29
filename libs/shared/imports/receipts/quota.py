"""How much one municipality may have queued at a time: unpacked bytes and files that are not yet final.

The worker serves all municipalities in turn, so a long queue delays only its owner; but all queues share one disk.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.errors import Problem
from libs.shared.db.database import WriteSession
from libs.shared.imports.receipts import receipts

RETRY_SECONDS = 60
GIVE_WAY_MINUTES = 10
"""An upload under way stores a chunk more often, however slow it is allowed to be."""
_UNIT = 1_000_000


class QueueFull(Problem):
    """The municipality has too much queued. There is room again when the worker has processed some of its files."""

    status = 429
    code = "import.queue_full"
    da = (
        "Der venter allerede så meget fra kommunen ({megabytes} MB i {files} filer; der er plads til {most_megabytes} "
        "MB i {most_files} filer). Vent, til nogle af filerne er behandlet, og send filen igen om {seconds} sekunder."
    )
    en = (
        "So much of the municipality waits already ({megabytes} MB in {files} files; there is room for "
        "{most_megabytes} MB in {most_files} files). Wait until some of the files are worked off, and send the file "
        "again in {seconds} seconds."
    )


@dataclass(frozen=True, slots=True)
class Quota:
    """The most that one municipality may have queued."""

    queued_bytes: int = 1024**3
    queued_files: int = 1000

    async def require(self, session: WriteSession, municipality_code: str, *, size: int, files: int = 0) -> None:
        """Raises ``QueueFull`` if ``size`` bytes and ``files`` files more would exceed the quota.

        Concurrent uploads do not see each other's last chunk, so each may exceed the limit by one chunk.
        """
        found = (await session.execute(_USED, {"code": municipality_code})).one()
        if found.bytes + size <= self.queued_bytes and found.files + files <= self.queued_files:
            return
        raise QueueFull(
            extra={"retry_after": RETRY_SECONDS},
            megabytes=round(found.bytes / _UNIT),
            files=found.files,
            most_megabytes=round(self.queued_bytes / _UNIT),
            most_files=self.queued_files,
            seconds=RETRY_SECONDS,
        )


async def give_way(session: WriteSession, municipality_code: str, now: datetime, *, but: UUID | None) -> bool:
    """Delete the municipality's uploads that broke off and were not continued; whether there were any.

    ``but`` is the id of an upload that is kept.
    """
    limit = now - timedelta(minutes=GIVE_WAY_MINUTES)
    return bool(await receipts.execute(session, _GIVE_WAY, {"code": municipality_code, "limit": limit, "but": but}))


_USED = text(
    """
SELECT coalesce(sum(bytes), 0)::bigint AS bytes, count(*) AS files FROM (
    SELECT bytes FROM import_receipt WHERE municipality_code = :code AND state IN ('receiving', 'queued', 'working')
    UNION ALL
    SELECT bytes FROM import_receipt WHERE municipality_code = :code AND state = 'held'
) AS waiting
"""
)

_GIVE_WAY = """
DELETE FROM import_receipt WHERE municipality_code = :code AND state = 'receiving' AND touched_at < :limit
   AND part_of IS NULL AND id IS DISTINCT FROM CAST(:but AS uuid)
"""
