"""Only ``danish_date`` turns a moment into a date, because around midnight another time zone has another day."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("libs", "services", "apps", "journey", "deploy", "synthetic", "benchmarks", "scripts")
CLOCK = ROOT / "libs/shared/base/clock.py"
CALLS = frozenset({"date", "today", "utcnow", "fromtimestamp", "utcfromtimestamp", "timetuple"})
"""Methods that give a date without saying of which zone."""
SQL = re.compile(
    r"\b(current_date|localtimestamp|localtime)\b"
    r"|\b(now|current_timestamp|clock_timestamp|statement_timestamp|transaction_timestamp)\b\s*(\(\s*\))?\s*"
    r"(::\s*date\b|as\s+date\b)"
    r"|\bdate\s*\(\s*(now|current_timestamp|clock_timestamp)\b"
    r"|date_trunc\(\s*'day'\s*,\s*(now|current_timestamp|clock_timestamp)\b",
    re.IGNORECASE,
)
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path != CLOCK)
STATEMENTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.sql"))


def dates(code: str) -> Iterator[str]:
    """The places where a moment becomes a date: a method of ``CALLS``, or SQL in a text."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=[]) if name in CALLS:
                yield f"{node.lineno}: .{name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in CALLS - {"date", "today"}:
                yield f"{node.lineno}: .{name}(…)"
            case ast.Constant(value=str(text)) if SQL.search(text):
                yield f"{node.lineno}: {text[:80]!r}"
            case _:
                pass


def test_no_source_takes_a_date_from_a_moment_by_itself() -> None:
    assert len(SOURCES) > 400
    found = {str(path.relative_to(ROOT)): list(dates(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert {path: places for path, places in found.items() if places} == {}


def test_no_statement_asks_the_database_for_its_day() -> None:
    assert STATEMENTS
    assert [path.name for path in STATEMENTS if SQL.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "code",
    [
        "clock().date()",
        "now.date()",
        "date.today()",
        "datetime.utcnow()",
        "date.fromtimestamp(time())",
        "(clock() + SUMMER).date()",
        "'SELECT 1 WHERE day > CURRENT_DATE'",
        "'SELECT now()::date'",
        "'SELECT CAST(now() AS date)'",
        "'SELECT date(now())'",
        "f'WHERE day = current_timestamp :: date AND {x}'",
    ],
)
def test_what_is_looked_for_is_found(code: str) -> None:
    assert len(list(dates(code))) == 1
