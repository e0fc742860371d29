"""In a service only the files of a room's SQL hold statements or use a session: queries, tables and migrations.

The contract ``rooms-sql`` forbids the other files SQLAlchemy; this test finds statements that are passed on as texts,
and methods of a session, which need no import.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.structure.sql_tables import ROOT, SERVICES, texts_of

STATEMENT = re.compile(
    r"\b(SELECT\b[\s\S]*\bFROM|INSERT INTO|DELETE FROM|UPDATE [a-z_]+ (AS [a-z]+ )?SET|LOCK TABLE|TRUNCATE)\b"
)
SESSIONS = frozenset({"session", "connection", "transaction"})
ROOM_OF_SQL = frozenset({"queries", "tables", "migrations"})


def belongs_to_queries(path: str) -> bool:
    """Whether the file has the name of a file of SQL, or is in a folder of that name."""
    return not {part.removesuffix(".py") for part in Path(path).parts}.isdisjoint(ROOM_OF_SQL)


def sql_in(source: str) -> Iterator[str]:
    """The statements in a module, and its calls of a session's methods."""
    yield from (text.strip()[:60] for text in texts_of(source, ".py") if STATEMENT.search(text))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in SESSIONS:
            yield f"{node.value.id}.{node.attr}"


def found() -> dict[str, list[str]]:
    """SQL outside the files of SQL, by path."""
    paths = {str(path.relative_to(ROOT)): path for path in SERVICES.rglob("*.py")}
    each = {
        name: [*sql_in(path.read_text(encoding="utf-8"))]
        for name, path in paths.items()
        if not belongs_to_queries(name)
    }
    return {name: statements for name, statements in each.items() if statements}


def test_sql_stands_in_the_queries_of_a_room_alone() -> None:
    assert found() == {}


def test_a_folder_with_files_of_sql_stands_beside_queries() -> None:
    folders = {path.parent for path in SERVICES.rglob("*.sql")}
    assert folders
    assert [folder for folder in folders if not (folder.parent / "queries.py").exists()] == []


@pytest.mark.parametrize(
    "source",
    [
        'READ = "SELECT 1 FROM school"',
        'WRITE = f"INSERT INTO {table} VALUES (1)"',
        'WRITE = "UPDATE school AS s SET a = 1"',
        "async def a(session):\n    return await session.scalar(b)",
        "async def a(session):\n    await session.flush()",
        "def a(session):\n    return map(session.execute, b)",
    ],
)
def test_planted_sql_is_found(source: str) -> None:
    assert [*sql_in(source)]
    assert [*sql_in('"""Selects FROM what is there: SELECT a FROM b."""\nTEXT = "Vælg FROM listen"')] == []


def test_the_files_of_sql_are_known_by_their_names() -> None:
    room = "services/registration/roster/pupils"
    assert all(map(belongs_to_queries, (f"{room}/queries.py", f"{room}/queries/cases.py", f"{room}/tables.py")))
    assert not any(map(belongs_to_queries, (f"{room}/case_queries.py", f"{room}/history.py", f"{room}/routes.py")))
