"""Connections are opened in one place, so that all have limits and all parse addresses in the same way."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
OPENS = re.compile(r"asyncpg\.connect\(|\bmake_url\(")
POOLS = re.compile(r"create_async_engine\(|asyncpg\.create_pool\(|\bcreate_engine\(")
CONNECTING = "libs/shared/db/connecting.py"


def places(pattern: re.Pattern[str]) -> dict[str, str]:
    """The source of each module of a library or a service that contains the pattern."""
    return {
        str(path.relative_to(ROOT)): source
        for folder in ("libs", "services")
        for path in (ROOT / folder).rglob("*.py")
        if pattern.search(source := path.read_text(encoding="utf-8"))
    }


def test_one_module_opens_connections() -> None:
    assert set(places(OPENS)) == {CONNECTING}


def test_every_pool_is_given_that_modules_connections() -> None:
    found = places(POOLS)
    assert found
    assert [
        name for name, source in found.items() if not re.search(r"async_creator=|connect=self\._connect", source)
    ] == []
