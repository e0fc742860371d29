"""Helpers for tests of the embedded PostgreSQL: statements on a server, and the processes of its home."""

from pathlib import Path
from typing import Any

import asyncpg

from deploy.embedded import orphans
from deploy.embedded.home import Layout
from deploy.embedded.server_user import server_user

KEEP = ("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
KEPT = "SELECT n FROM kept"


async def ask(dsn: str, *statements: str) -> Any:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        for statement in statements:
            answer = await connection.fetchval(statement)
        return answer
    finally:
        await connection.close()


def processes_of(home: Path) -> orphans.ServerProcesses:
    return orphans.find(Layout(home), server_user())
