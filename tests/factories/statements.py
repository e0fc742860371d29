"""Collects the statements that a migration's steps give to Alembic's ``op``, and runs them as the owner."""

import asyncpg


class Statements:
    """Replaces Alembic's ``op`` where only its ``execute`` is used."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def execute(self, sqltext: str) -> None:
        """Keep the statement."""
        self.all.append(sqltext)

    async def run(self, owner_url: str) -> None:
        """Run the kept statements."""
        owner = await asyncpg.connect(owner_url)
        try:
            await owner.execute(";\n".join(self.all))
        finally:
            await owner.close()
