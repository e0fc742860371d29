"""The hostile bodies of the benchmark, at its small size, are sent to a real process with API and worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import uvicorn

from benchmarks.figures import Size
from benchmarks.hostile import LIMIT_LIVE_SECONDS, LIMIT_MEMORY_MB, LIMIT_SMALL_SECONDS
from benchmarks.hostile_bodies import bodies
from benchmarks.siege import Target, at_once
from libs.shared.auth.issuer.app import create_issuer
from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.principal import Role
from tests.factories.processes import running
from tests.realparts.databases import MakeDatabase, OwnDatabase
from tests.realparts.ports import free_port

MIGRATIONS = Path("services/absence_ingest/migrations")
NEIGHBOUR, HOSTILE = "101", ("147", "151", "153", "155")
SLOW = 4
"""A test's machine may have so much else to do; the benchmark holds the seconds themselves."""
ROWS = "".join(f"{61 + day}01120008;2022-09-05;illness;1\n" for day in range(20))


@asynccontextmanager
async def issuer(signing: SigningKey) -> AsyncIterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = uvicorn.Config(create_issuer(url, signing), host="127.0.0.1", port=port, log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(uvicorn.Server._serve(server))
    try:
        yield url
    finally:
        server.should_exit = True
        await serving


def token(signing: SigningKey, url: str, code: str) -> str:
    claims = {"sub": code, "roles": [Role.MUNICIPALITY_INTEGRATION.value], "municipality_codes": [code]}
    return signing.token(claims, issuer=url, audience="skoleloeft", seconds=3600)


async def accept(own: OwnDatabase, *codes: str) -> None:
    """Write what the events about accepted municipalities would write."""
    connection = await asyncpg.connect(own.admin_url)
    try:
        for code in codes:
            await connection.execute(
                "INSERT INTO municipality (municipality_code, aggregate_version, may_import) VALUES ($1, 1, true)", code
            )
    finally:
        await connection.close()


@pytest.mark.timeout(240)
async def test_a_process_stays_small_answers_and_works_for_others_whatever_it_is_sent(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    own = await make_database(MIGRATIONS)
    await accept(own, NEIGHBOUR, *HOSTILE)
    signing = SigningKey.fresh_or_kept(None)
    told = {
        "SKOLELOEFT_PROFILE": "development",
        "ABSENCE_INGEST_LIMIT_SUBJECT": "999999/second",
        "ABSENCE_INGEST_HEAD_SECONDS": "2",
        "ABSENCE_INGEST_BODY_SECONDS": "2",
    }
    async with (
        issuer(signing) as url,
        running("absence_ingest", "all", own.app_url, tmp_path, SKOLELOEFT_OIDC_ISSUER=url, **told) as service,
    ):
        await service.until("/health/startup", 200)
        target = Target(
            port=int(service.url.rpartition(":")[2]),
            pid=lambda: service.process.pid,
            hostile={code: token(signing, url, code) for code in HOSTILE},
            neighbour=(NEIGHBOUR, token(signing, url, NEIGHBOUR)),
            small=("pupil;date;category;days\n" + ROWS).encode(),
        )
        seen = await at_once(target, await asyncio.to_thread(bodies, Size.SMALL))
        assert service.process.returncode is None
    assert seen.silent == []
    assert not {answer for answer in seen.answers if answer.startswith("5")} - {"503"}, seen.answers
    assert seen.watched.memory / 1e6 < LIMIT_MEMORY_MB
    assert seen.watched.live < SLOW * LIMIT_LIVE_SECONDS
    assert max(seen.watched.small) < SLOW * LIMIT_SMALL_SECONDS
