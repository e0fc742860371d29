import asyncio

import httpx

from libs.shared.base.tellable import SetUpFault
from libs.shared.operations.health import Liveness, Readiness
from tests.factories.logs import events, logged


async def test_ready_follows_start_dependencies_and_draining(client: httpx.AsyncClient, readiness: Readiness) -> None:
    fine = True

    async def database() -> None:
        if not fine:
            raise ConnectionError("Canary")

    readiness.add("database", database)
    assert (await client.get("/health/startup")).status_code == 503
    assert (await client.get("/health/ready")).status_code == 503
    readiness.started()
    assert (await client.get("/health/startup")).status_code == 200
    assert (await client.get("/health/ready")).json() == {
        "status": "ok",
        "started": True,
        "draining": False,
        "checks": {"database": "ok"},
        "reasons": {},
    }
    fine = False
    away = await client.get("/health/ready")
    assert away.status_code == 503
    assert away.json()["checks"] == {"database": "failed"}
    assert "Canary" not in away.text
    fine = True
    assert (await client.get("/health/ready")).status_code == 200
    readiness.drain()
    assert (await client.get("/health/ready")).json()["draining"] is True
    assert (await client.get("/health/live")).status_code == 200


async def test_a_dependency_that_hangs_is_a_timeout_and_does_not_hide_the_others() -> None:
    async def hangs() -> None:
        await asyncio.sleep(60)

    async def answers() -> None:
        await asyncio.sleep(0)

    readiness = Readiness()
    readiness.add("bus", hangs, timeout=0.05)
    readiness.add("database", answers)
    readiness.started()
    state = await readiness.state()
    assert state.checks == {"bus": "timeout", "database": "ok"}
    assert not state.ready


async def test_an_answer_is_kept_for_a_while_since_anybody_may_ask() -> None:
    asked = 0

    async def database() -> None:
        nonlocal asked
        asked += 1

    readiness = Readiness(keep=60)
    readiness.add("database", database)
    await asyncio.gather(*(readiness.state() for _ in range(50)))
    assert asked == 1


async def test_live_is_false_when_a_part_says_it_is_stuck(client: httpx.AsyncClient, liveness: Liveness) -> None:
    reason: str | None = None
    liveness.watch("consumer", lambda: reason)
    assert (await client.get("/health/live")).json() == {"status": "ok", "stuck": {}}
    reason = "no progress for 60 s"
    stuck = await client.get("/health/live")
    assert stuck.status_code == 503
    assert stuck.json()["stuck"] == {"consumer": "no progress for 60 s"}


async def test_a_check_gives_its_reason_where_its_words_may_be_shown_and_no_other_does(
    client: httpx.AsyncClient, readiness: Readiness
) -> None:
    async def schema() -> None:
        raise SetUpFault("the database is not migrated")

    async def database() -> None:
        raise ConnectionError("Canary")

    readiness.add("schema", schema)
    readiness.add("database", database)
    answer = await client.get("/health/ready")
    assert answer.json()["reasons"] == {"schema": "the database is not migrated"}
    assert await readiness.fails("schema")
    assert not await readiness.fails("nothing")


async def test_each_check_has_a_gauge_that_a_scrape_brings_up_to_date(
    client: httpx.AsyncClient, readiness: Readiness
) -> None:
    fine = True

    async def database() -> None:
        if not fine:
            raise ConnectionError

    readiness.add("database", database)
    assert 'skoleloeft_ready{check="database"} 1.0' in (await client.get("/metrics")).text
    fine = False
    assert 'skoleloeft_ready{check="database"} 0.0' in (await client.get("/metrics")).text


async def test_a_check_that_goes_on_failing_is_logged_once_and_again_when_it_holds(readiness: Readiness) -> None:
    fine = False

    async def database() -> None:
        if not fine:
            raise ConnectionError

    readiness.add("database", database)
    with logged() as lines:
        for _ in range(5):
            await readiness.state()
        fine = True
        await readiness.state()
    assert [line["event"] for line in events(lines)] == ["health.check_failed", "health.check_holds_again"]
