"""Every advisory lock is in the register and taken by its helpers, so that no two jobs share a number."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[5]
REGISTER = ROOT / "libs" / "shared" / "db" / "locks.py"
FAULT = re.compile(r"pg_(?:try_)?advisory_\w*lock\w*\(|\b7_?30\d_?\d{3}\b")
"""A call of PostgreSQL's functions, or a number of the register."""


def test_no_advisory_lock_is_taken_outside_the_register() -> None:
    found = {
        str(path.relative_to(ROOT)): wrong
        for folder in ("libs", "services", "apps", "journey", "deploy", "benchmarks", "scripts")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sql"} and path != REGISTER
        if (wrong := FAULT.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}
    assert FAULT.search(REGISTER.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "LOCK = 7_305_003",
        '"SELECT pg_advisory_xact_lock(12, :code)"',
        "\"SELECT pg_advisory_xact_lock(hashtextextended('x' || :code, 0))\"",
        '"SELECT pg_try_advisory_lock($1)"',
    ],
)
def test_the_search_finds_a_lock_that_is_taken_elsewhere(source: str) -> None:
    assert FAULT.search(source)
