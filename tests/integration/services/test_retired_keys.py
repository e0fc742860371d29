"""A leaked key is retired: after rotation and compaction no table and no compacted topic contains its id.

Both services that use the lookup ring run on databases of their own, with a real log between them.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import asyncpg
import pytest

from libs.shared.contracts.topics import DEAD_LETTERS, TOPICS
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog, TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.topics import specs
from libs.shared.rotation.on_log import keys_on
from libs.shared.rotation.places import Ring
from services.absence_ingest.keys import PLACES as ABSENCE
from services.registration.keys import PLACES as REGISTRATION
from tests.factories.own_topics import OwnTopics
from tests.integration.services.absence_ingest.service import MIGRATIONS as OF_ABSENCE
from tests.integration.services.absence_ingest.service import AbsenceIngest
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration
from tests.integration.services.registration.service import MIGRATIONS as OF_REGISTRATION
from tests.integration.services.turning import Platform, one, standing
from tests.realparts.databases import MakeDatabase
from tests.realparts.eventlogs import QUICK

LEAKED, FRESH = "leaked-2026", "fresh-2027"
TOPIC = "registration.pupil"
LAG_MS = 1_000
POLICIES = "SELECT tablename FROM pg_policies WHERE policyname = 'rotation_writes'"
BO = "6201120008;;L2;Bo Prøvesen 2;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
CALENDARS = "institution_number;date\n910101;2022-09-05\n910102;2022-09-05\n"
CEE = "6301120008;;L3;Cee Prøvesen 3;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
ABSENT = ("6101120008;2022-09-05;illness;1", "6301120008;2022-09-05;illness;1", "6101120008;2022-09-06;illnes;1")


@pytest.fixture
async def platform(log_url: tuple[str, str], make_database: MakeDatabase) -> AsyncIterator[Platform]:
    inner: EventLog = open_event_log(log_url[1], client_id="test-retired", times=QUICK)
    databases = {
        "registration": await make_database(OF_REGISTRATION),
        "absence_ingest": await make_database(OF_ABSENCE),
    }
    log = OwnTopics(inner)
    await log.apply_topics([_short(spec) for spec in specs() if spec.name in {*TOPICS, *DEAD_LETTERS}])
    made = Platform(
        Registration.on(databases["registration"].db), AbsenceIngest(databases["absence_ingest"].db), databases, log
    )
    made.turn(LEAKED)
    yield made
    await inner.close()


def _short(spec: TopicSpec) -> TopicSpec:
    """The topic with one partition and a compaction lag that a test can wait for."""
    return replace(spec, partitions=1, max_compaction_lag_ms=LAG_MS if spec.compacted else None)


async def filled(platform: Platform) -> None:
    """Write data to every place where a key is used: pupils, persons, parked and refused rows, receipts, events."""
    await platform.registration.base()
    await platform.registration.send("calendars", CALENDARS)
    await platform.registration.send("pupils", PUPIL_HEADER + ASK + BO + "x;;;Ny;910101;2022/2023;5A;2022-08-01;\n")
    await platform.flow()
    await platform.absence.days(*ABSENT)


async def compacted(platform: Platform, key_id: str) -> Mapping[str, int]:
    """Wait until compaction has removed ``key_id`` from the topic, and return the remaining ids. New events close
    Kafka's segments.
    """
    found: Mapping[str, int] = {}
    async with asyncio.timeout(90):
        while True:
            await asyncio.sleep(LAG_MS / 1000)
            await republish(platform)
            if isinstance(platform.log.inner, PostgresEventLog):
                await platform.log.inner.compact()
            found = await keys_on(platform.log, "absence_ingest", [TOPIC])
            if key_id not in found:
                return found


async def republish(platform: Platform) -> None:
    await platform.registration.republishing("pupil").run(platform.registration.db)
    await platform.flow()


@pytest.mark.parametrize("log_url", ["postgresql", pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
async def test_a_retired_key_is_gone_from_every_table_and_from_the_compacted_log(platform: Platform) -> None:
    await filled(platform)
    places = {table for own in platform.databases.values() for table in await standing(own, LEAKED)}
    assert places >= {"pupil", "pupil_key", "person", "lookup_key", "parked_row", "import_receipt", "import_refusal"}
    assert "outbox" in places
    assert set(await keys_on(platform.log, "absence_ingest", [TOPIC])) == {LEAKED}

    # Every ring has the new key first and the old key second: rotation reaches every row.
    platform.turn(FRESH, LEAKED)
    assert (await platform.rotate("registration"))[0] == 0
    assert (await platform.rotate("absence_ingest"))[0] == 0
    await platform.flow()

    # Without the old key: a parked row needs it, so it is not retired, and the command says how many rows and until
    # when.
    platform.turn(FRESH)
    code, last, said = await platform.rotate("absence_ingest")
    assert (code, last["retired"].get("lookup")) == (1, None)
    assert re.search(rf"lookup {LEAKED}: 1 rows of parked_row.key_id need it until \d{{4}}-\d\d-\d\d", said), said
    code, last, said = await platform.rotate("registration")
    assert (code, last["retired"].get("lookup")) == (1, None)
    assert "absence_ingest must retire it first" in said
    assert ("lookup", LEAKED, "parked_row.key_id") in (await platform.in_use("absence_ingest"))[0]

    # The pupil comes while events still have the old key, and the row is replayed.
    platform.turn(FRESH, LEAKED)
    await platform.registration.send("pupils", PUPIL_HEADER + CEE)
    await platform.flow()
    assert await one(platform.databases["absence_ingest"], "SELECT count(*) FROM parked_row") == 0

    platform.turn(FRESH)
    code, last, _ = await platform.rotate("absence_ingest")
    assert last["retired"]["lookup"] == [LEAKED]
    (confirmed,) = last["confirmed"]
    assert (await platform.rotate("registration", "--confirmed", f"{LEAKED}:{'0' * 20}"))[1]["retired"].get(
        "lookup"
    ) is None
    code, last, said = await platform.rotate("registration", "--confirmed", confirmed)
    assert last["retired"] == {name.value: [LEAKED] for name in (Ring.BLIND_INDEX, Ring.DATA, Ring.LOOKUP)}, said
    await platform.flow()
    for service in ("absence_ingest", "registration"):
        code, last, said = await platform.rotate(
            service, *(["--confirmed", confirmed] if service == "registration" else [])
        )
        assert (code, last["left"], last["refused"]) == (0, [], []), said
        assert await standing(platform.databases[service], LEAKED) == {
            "retired_key": 2 if service == "absence_ingest" else 3
        }
    assert set(await compacted(platform, LEAKED)) == {FRESH}
    assert {key for _, key, _ in (await platform.in_use("registration"))[0]} == {FRESH}


@pytest.mark.parametrize("log_url", ["postgresql"], indirect=True)
async def test_a_process_with_an_old_ring_writes_the_retired_key_no_more(platform: Platform) -> None:
    await filled(platform)
    await _retire(platform)

    # A process with both keys continues, without the retired one.
    platform.turn(FRESH, LEAKED)
    await platform.registration.send("pupils", PUPIL_HEADER + CEE)
    await platform.flow()
    assert (
        not {"pupil_key", "lookup_key", "pupil"} & (await standing(platform.databases["registration"], LEAKED)).keys()
    )
    assert set(await standing(platform.databases["absence_ingest"], LEAKED)) <= {"retired_key"}

    # A process with only the retired key writes nothing, and neither loses nor duplicates a pupil.
    platform.turn(LEAKED)
    before = await one(platform.databases["registration"], "SELECT count(*) FROM pupil")
    for service, send in (
        ("registration", lambda: platform.registration.send("pupils", PUPIL_HEADER + ASK)),
        ("absence_ingest", lambda: platform.absence.days(ABSENT[0])),
    ):
        with pytest.raises(Exception, match="is retired: this process runs with an old ring"):
            await send()
        assert set(await standing(platform.databases[service], LEAKED)) <= {"retired_key"}
    assert await one(platform.databases["registration"], "SELECT count(*) FROM pupil") == before
    code, _, said = await platform.rotate("registration")
    assert code == 1
    assert "was retired and is never used again" in said


async def test_every_place_of_a_key_has_its_fence_and_is_open_to_the_rotation(make_database: MakeDatabase) -> None:
    for migrations, places in ((OF_REGISTRATION, REGISTRATION), (OF_ABSENCE, ABSENCE)):
        connection = await asyncpg.connect((await make_database(migrations)).admin_url)
        try:
            triggers = await connection.fetch(
                "SELECT tgrelid::regclass::text AS on, tgtype::int & 20 AS kind, encode(tgargs, 'escape') AS args"
                " FROM pg_trigger WHERE tgname LIKE 'fence%'"
            )
            policies = {row[0] for row in await connection.fetch(POLICIES)}
        finally:
            await connection.close()
        for place in places:
            assert place.table in policies, f"{place.table} lacks rotation.admit in a migration"
            for column in place.columns:
                fenced = f"sealed_key_id(written.{column})" if place.sealed else f"written.{column}"
                kinds = {
                    row["kind"]
                    for row in triggers
                    if (row["on"], row["args"].split("\\000")[0]) == (place.table, place.ring) and fenced in row["args"]
                }
                assert kinds == {4, 16}, f"{place.table}.{column} lacks rotation.fence in a migration"


async def _retire(platform: Platform) -> None:
    """Retire the old key completely, without any parked row."""
    for own in platform.databases.values():
        connection = await asyncpg.connect(own.admin_url)
        await connection.execute("DELETE FROM parked_row")
        await connection.close()
    platform.turn(FRESH, LEAKED)
    for service in platform.databases:
        await platform.rotate(service)
    await platform.flow()
    platform.turn(FRESH)
    (confirmed,) = (await platform.rotate("absence_ingest"))[1]["confirmed"]
    await platform.rotate("registration", "--confirmed", confirmed)
    await platform.flow()
    for service in platform.databases:
        assert (await platform.rotate(service, "--confirmed", confirmed))[0] == 0
