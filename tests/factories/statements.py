"""Statements of a migration's steps, gathered as Alembic's ``op`` would run them, and run as the owner."""

import asyncpg


class Statements:
    """Stands for Alembic's ``op`` where nothing but ``execute`` is asked of it."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def execute(self, sqltext: str) -> None:
        """Note the statement."""
        self.all.append(sqltext)

    async def run(self, owner_url: str) -> None:
        """Run what was noted."""
        owner = await asyncpg.connect(owner_url)
        try:
            await owner.execute(";\n".join(self.all))
        finally:
            await owner.close()
