"""A file of many rows: counts, memory and a loose limit of time. ``python -m benchmarks absence`` measures the
speed.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE

from tests.integration.services.absence_ingest.service import MIGRATIONS
from tests.realparts.databases import MakeDatabase

ROWS = 60_000
MOST_MB = 300
SECONDS = 12.0
"""What one file takes on two cores with others at work; four times as much is a fault and no slow machine."""


async def test_many_rows_are_taken_in_little_memory_and_the_same_file_again_writes_nothing(
    make_database: MakeDatabase,
) -> None:
    own = await make_database(MIGRATIONS)
    environment = os.environ | {"BULK_DATABASE": own.db.url, "BULK_ADMIN": own.admin_url}
    program = [sys.executable, "-m", "benchmarks.bulk", str(ROWS)]
    process = await asyncio.create_subprocess_exec(*program, env=environment, stdout=PIPE, stderr=PIPE)
    try:
        told, failed = await asyncio.wait_for(process.communicate(), 10 * SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, failed.decode()[-2000:]
    first, again = map(json.loads, told.splitlines())
    assert (first["accepted"], first["unchanged"], first["days"]) == (ROWS, 0, ROWS)
    assert (again["accepted"], again["unchanged"], again["days"]) == (0, ROWS, ROWS)
    assert first["events"] == again["events"] == first["months"]
    assert max(first["megabytes"], again["megabytes"]) < MOST_MB
    assert max(first["seconds"], again["seconds"]) < 4 * SECONDS
