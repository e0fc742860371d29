"""Large records do not fill a consumer's memory, however many of them one poll may return."""

import asyncio
import sys
from dataclasses import replace

import pytest

from libs.shared.eventlog.port import EventLog
from tests.contract.events.support import outgoing
from tests.factories.events import month
from tests.factories.own_topics import OwnTopics
from tests.realparts.databases import OwnDatabase

COUNT, BYTES, LIMIT = 2_000, 200_000, 200 * 1024 * 1024
AT_ONCE = 20


async def test_a_consumer_of_many_large_records_stays_small(
    log: EventLog, log_url: tuple[str, str], own: OwnDatabase
) -> None:
    assert isinstance(log, OwnTopics)
    name, url = log_url
    if name == "memory":
        pytest.xfail("the memory log cannot be read by another process")
    padding = b'{"unknown":"' + b"x" * BYTES + b'",'
    for _ in range(0, COUNT, AT_ONCE):
        made = [outgoing(month()) for _ in range(AT_ONCE)]
        await log.append([replace(one, value=padding + (one.value or b"")[1:]) for one in made])
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.contract.events.heavy_reader",
        url,
        log.prefix,
        own.db.url,
        str(COUNT),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await reader.communicate()
    assert reader.returncode == 0
    assert 0 < int(told) < LIMIT
