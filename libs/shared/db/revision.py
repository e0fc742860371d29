"""Compares the revision of a database with the one that this program needs."""

import asyncio
from functools import cached_property
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.base.tellable import Tellable
from libs.shared.db.database import Database
from libs.shared.db.migrate import config
from libs.shared.db.passing import Cause, passing_cause
from libs.shared.observability.failures import sqlstate

_UNDEFINED_TABLE = "42P01"


class SchemaBehind(Tellable):
    """The database is older than this program needs; ``migrate`` updates it."""


class Revision:
    """Checks that the database is at this program's revision or a newer one; a positive result is cached.

    An unknown revision belongs to a newer program, so the database is newer: an older program continues to work with it
    after a roll-back of the deployment. Migrations are written so that this holds.
    """

    def __init__(self, db: Database, migrations: Path) -> None:
        self._db = db
        self._migrations = migrations
        self._holds = False

    @property
    def holds(self) -> bool:
        """Whether the needed revision was seen; sends no query."""
        return self._holds

    async def check(self) -> None:
        """For readiness. Raises ``SchemaBehind``, or the driver's exception if the database cannot be reached."""
        if self._holds:
            return
        needed, known = await asyncio.to_thread(lambda: self._revisions)
        at = await self._found()
        if at is None:
            raise SchemaBehind(f"the database is not migrated; this program needs revision {needed}: run migrate")
        if at != needed and at in known:
            raise SchemaBehind(f"the database stands at revision {at}; this program needs {needed}: run migrate")
        self._holds = True

    @cached_property
    def _revisions(self) -> tuple[str, frozenset[str]]:
        """The newest of the program's revisions, and all of them; read from its files."""
        scripts = ScriptDirectory.from_config(config(self._migrations))
        known = frozenset(script.revision for script in scripts.walk_revisions())
        return scripts.get_current_head() or "base", known

    async def _found(self) -> str | None:
        try:
            async with self._db.read() as session:
                at: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
                return at
        except DBAPIError as failure:
            if sqlstate(failure) == _UNDEFINED_TABLE:
                return None
            if passing_cause(failure) is Cause.MISSING:
                raise SchemaBehind("the database is not made yet: run bootstrap, then migrate") from failure
            raise
