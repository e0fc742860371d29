"""Processes of services on a database that is not migrated yet."""

from pathlib import Path

from libs.shared.db.migrate import migrate
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.topics import specs
from tests.factories.events import rows, until
from tests.factories.processes import running
from tests.realparts.databases import MakeDatabase, OwnDatabase

CATALOG = Path("services/intervention_catalog/migrations")
REGISTRATION = Path("services/registration/migrations")


async def test_an_api_is_not_ready_until_its_database_is_migrated_and_answers_503_meanwhile(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    own = await make_database()
    async with running("intervention_catalog", "api", own.app_url, tmp_path) as api:
        await api.until("/health/startup", 200)
        ready = await api.until("/health/ready", 503)
        assert ready.json()["checks"] == {"database": "ok", "schema": "failed"}
        assert "not migrated" in ready.json()["reasons"]["schema"]
        refused = await api.until("/v1/rule-sets", 503)
        assert refused.json()["code"] == "dependency.unavailable"
        assert refused.headers["retry-after"]
        metrics = (await api.until("/metrics", 200)).text
        assert 'skoleloeft_unavailable_answers_total{cause="schema"}' in metrics
        assert 'skoleloeft_ready{check="schema"} 0.0' in metrics
        await migrate(CATALOG, own.owner_url)
        assert (await api.until("/health/ready", 200)).json()["reasons"] == {}
        assert (await api.until("/v1/rule-sets", 200)).status_code == 200
        assert 'skoleloeft_ready{check="schema"} 1.0' in (await api.until("/metrics", 200)).text
        # The database is still migrated, so a missing table is an error that no migration repairs.
        await rows(own, "ALTER TABLE rule_set_version RENAME TO elsewhere")
        assert (await api.until("/v1/rule-sets", 500)).json()["code"] == "internal"


async def test_a_worker_waits_for_migration_and_topics_and_then_works(
    make_database: MakeDatabase, own_eventlog_url: str, tmp_path: Path
) -> None:
    own = await make_database()
    async with running(
        "registration", "worker", own.app_url, tmp_path, SKOLELOEFT_EVENT_LOG=own_eventlog_url
    ) as worker:
        assert (await worker.until("/health/ready", 503)).json()["checks"]["schema"] == "failed"
        await until(lambda: _logged(worker.lines("process.waits_for_migration")))
        await worker.until("/health/live", 200)
        assert "skoleloeft_relay_active 0.0" in (await worker.until("/metrics", 200)).text
        await migrate(REGISTRATION, own.owner_url)
        await until(lambda: _relaying(own))
        log = open_event_log(own_eventlog_url, client_id="test")
        await log.start()
        await log.apply_topics(specs())
        await log.close()
        await worker.until("/health/ready", 200)
        assert len(worker.lines("process.waits_for_migration")) == 1
        assert not worker.lines("process.loop_failed")
        assert not worker.lines("relay.failed")
    assert worker.process.returncode == 0
    assert worker.complained.read_text() == ""


async def _logged(lines: list[dict[str, object]]) -> bool:
    return bool(lines)


async def _relaying(own: OwnDatabase) -> bool:
    held = await rows(
        own,
        "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND datname = $1",
        own.name,
    )
    return bool(held)
