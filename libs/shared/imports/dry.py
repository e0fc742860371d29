"""A handler that can only write, as one that judges first: it writes twice and takes the first time back.

For kinds whose own handler is not cut in two yet. Its judging takes the locks of its writing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, BatchResult, Judged


@dataclass(frozen=True, slots=True)
class Dry:
    """``handler`` writes a batch and accounts for every row."""

    handler: Callable[[WriteSession, Batch], Awaitable[BatchResult]]

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Locks are taken while writing."""

    async def judge(self, session: WriteSession, batch: Batch) -> Judged:
        """Write, and take it back."""
        savepoint = await session.begin_nested()
        result = await self.handler(session, batch)
        result.check(batch)
        await savepoint.rollback()
        return Judged(result)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged) -> None:
        """Write what was judged. Raises ``ValueError`` if it comes out otherwise."""
        result = await self.handler(session, batch)
        if (result.accepted, result.unchanged) != (judged.result.accepted, judged.result.unchanged):
            raise ValueError(f"the handler of {batch.kind} judged twice and came to two results")
