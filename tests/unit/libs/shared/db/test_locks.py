"""Every advisory lock is in the register: if two places chose the same number, their jobs would wait for each other."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[5]
REGISTER = ROOT / "libs" / "shared" / "db" / "locks.py"
CALL = re.compile(r"pg_(?:try_)?advisory_\w*lock\w*\(([^)\n]*)")
OWN_NUMBER = re.compile(r"hash|(?<![\w$])\d[\d_]*")
REGISTERED = re.compile(r"\b7_?30\d_?\d{3}\b")


def faults(source: str) -> list[str]:
    """Lock calls with a number or hash of their own, numbers of the register in the source, and calls without the
    register.
    """
    calls = [arguments for arguments in CALL.findall(source) if OWN_NUMBER.search(arguments)]
    named = "libs.shared.db.locks" in source or not CALL.search(source)
    return calls + REGISTERED.findall(source) + ([] if named else ["a call without the register"])


def test_no_advisory_lock_is_outside_the_register() -> None:
    found = {
        str(path.relative_to(ROOT)): wrong
        for folder in ("libs", "services", "apps", "journey", "deploy", "benchmarks", "scripts")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sql"} and path != REGISTER
        if (wrong := faults(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        'LOCK = 7_305_003\n_T = "SELECT pg_try_advisory_lock($1)"',
        'from libs.shared.db.locks import Lock\n"SELECT pg_advisory_xact_lock(12, :code)"',
        "from libs.shared.db.locks import Lock\n\"SELECT pg_advisory_xact_lock(hashtextextended('x' || :code, 0))\"",
        '"SELECT pg_advisory_lock($1)"',
    ],
)
def test_the_search_finds_a_lock_with_a_number_of_its_own(source: str) -> None:
    assert faults(source)
