"""Uses a named access for a part of a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Access

_ACCESS = text("SELECT current_setting('skoleloeft.access', true)")
_SET_ACCESS = text("SELECT set_config('skoleloeft.access', :access, true)")


@asynccontextmanager
async def under(session: WriteSession, access: Access) -> AsyncIterator[None]:
    """Use this access inside the block and the previous one afterwards; the municipalities do not change.

    The block is a savepoint, so the access is also restored when it fails.
    """
    before = (await session.execute(_ACCESS)).scalar() or ""
    async with session.begin_nested():
        await session.execute(_SET_ACCESS, {"access": access.value})
        yield
        await session.execute(_SET_ACCESS, {"access": before})
