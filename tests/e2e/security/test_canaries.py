"""No identifier of a pupil is stored anywhere in the clear, in hex, in base64 or as a hash without a key."""

from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.security import places, planting, wording
from tests.e2e.security.canaries import canaries, forms
from tests.e2e.security.places import DATABASES
from tests.e2e.security.platform import Running, running_platform
from tests.e2e.security.pushing import SCHOOLS, Push
from tests.e2e.security.searching import Searcher
from tests.e2e.security.tokens import Forger
from tests.realparts.kafka import own_kafka_or_skip
from tests.realparts.postgres import reachable_folder

PEOPLE = canaries(50, seed=20221001)
(WORDED,) = canaries(1, seed=31)
"""Whose number is tried in five spellings in every text."""
NAMED = canaries(6, seed=41)
"""Whose names stand in the words of a school, a class, a project, a supplier, a draft and a reason."""
NAMED_SCHOOL = "910103"
WORDS_STAY_IN = {"dump of registration", "dump of intervention_catalog", "files of the database server"}
"""What people write is in the clear where no machine can tell a name, and goes no further than its own service."""
PLANTED = dict(
    zip(
        (*DATABASES, "service log", "server log", "event log", "answers", "metrics", "CSV", "Parquet", "pages"),
        canaries(len(DATABASES) + 8, seed=17),
        strict=True,
    )
)


class Pushed:
    """A platform that has processed the canaries, and the folder of its Kafka, if it uses one."""

    def __init__(self, running: Running, folder: Path, segments: Path | None, bundle: bytes) -> None:
        self.running = running
        self.folder = folder
        self.segments = segments
        self.bundle = bundle


@pytest_asyncio.fixture(
    scope="module", loop_scope="session", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)]
)
async def pushed(request: pytest.FixtureRequest) -> AsyncIterator[Pushed]:
    """A platform on which everything has been done that can be done with a pupil, on each event log in turn."""
    with ExitStack() as stack:
        server = stack.enter_context(own_kafka_or_skip()) if request.param == "kafka" else None
        folder = stack.enter_context(reachable_folder())
        async with running_platform(folder, f"kafka://{server.bootstrap}" if server else None) as running:
            forger = Forger(running.issuer.key, running.issuer.address)
            push = Push(running, forger, PEOPLE)
            await push.before()
            await wording.Wording(running, forger, worded=WORDED, named=NAMED).all(NAMED_SCHOOL)
            bundle = await push.after()
            yield Pushed(running, folder, server.data_dir if server else None, bundle)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_canaries_are_found_nowhere_and_whatever_is_planted_is_found_everywhere(pushed: Pushed) -> None:
    running, home = pushed.running, pushed.running.deployment.home
    await planting.plant_in_databases(running, PLANTED)
    await planting.plant_in_server_log(running, PLANTED["server log"])
    planting.plant_in_service_log(home, PLANTED["service log"])
    assert running.deployment.environment is not None
    await planting.plant_on_event_log(running.deployment.environment.bus, PLANTED["event log"])
    careless = planting.planted_answer(PLANTED["answers"])
    told = [*await places.metrics(running), f'requests{{route="{PLANTED["metrics"].cpr_number}"}} 1\n'.encode()]
    pages = await places.published_pages(running)
    bundle = planting.with_planted(pushed.bundle, PLANTED["CSV"], PLANTED["Parquet"])
    dumps = await places.database_dumps(running)
    where: dict[str, Iterable[bytes]] = {
        **{f"dump of {name}": made for name, made in dumps.items()},
        "files of the database server": places.files_under(home / "postgres"),
        "logs of the services": places.files_under(home / "logs"),
        "answers": places.said([*running.answers, careless]),
        "metrics": told,
        "bundle": places.unpacked(bundle),
        "published pages": [*pages, f'{{"title": "Om {PLANTED["pages"].name}"}}'.encode()],
    }
    if pushed.segments is not None:
        where["Kafka's segments"] = places.files_under(pushed.segments)

    looks = Searcher(
        {pattern: what for person in PEOPLE for pattern, what in forms(person)}
        | dict(wording.forms(WORDED))
        | {pattern: f"named/{what}" for person in NAMED for pattern, what in forms(person) if "name" in what}
        | {pattern: f"planted/{name}/{what}" for name, each in PLANTED.items() for pattern, what in forms(each)}
    )
    hits = [hit for place, pieces in where.items() for hit in looks.search(place, pieces)]
    canary_hits = {(hit.place, hit.what) for hit in hits if hit.what.startswith("canary")}
    found = {(hit.place, hit.what.split("/")[1]) for hit in hits if hit.what.startswith("planted/")}

    assert sorted(canary_hits) == []
    # Names in answers are ignored, because those who wrote them or may read them get them.
    named = {(hit.place, hit.what) for hit in hits if hit.what.startswith("named/") and hit.place != "answers"}
    assert {place for place, _ in named} == WORDS_STAY_IN
    assert not any(f"canary {NAMED[-1].number}:" in what for _, what in named), "a reason is encrypted"
    for name in DATABASES:
        assert (f"dump of {name}", name) in found
        assert ("files of the database server", name) in found
    assert ("logs of the services", "service log") in found
    assert ("files of the database server", "server log") in found
    assert ("Kafka's segments" if pushed.segments else "dump of eventlog", "event log") in found
    assert ("answers", "answers") in found
    assert ("metrics", "metrics") in found
    assert {("bundle", "CSV"), ("bundle", "Parquet"), ("published pages", "pages")} <= found


async def test_on_the_way_there_was_no_fault_of_ours(pushed: Pushed) -> None:
    faults = {(each.what, each.status, each.content[:200]) for each in pushed.running.answers if each.status >= 500}
    assert sorted(faults) == []
    assert len(pushed.running.answers) > 500


async def test_everybody_who_was_sent_rightly_is_there(pushed: Pushed) -> None:
    connection = await pushed.running.deployment.database("registration")
    try:
        # Twenty, six and four pupils, and one who got another pupil's id by a decision of the resource team. Those of
        # the complete rosters go to other schools.
        found = await connection.fetchval(
            "SELECT count(DISTINCT pupil_id) FROM membership JOIN class_ USING (class_id) JOIN school USING (school_id)"
            " WHERE institution_number = ANY($1)",
            list(SCHOOLS),
        )
        assert found == 31
        assert await connection.fetchval("SELECT count(*) FROM selection") == 1
        assert await connection.fetchval("SELECT count(*) FROM parked_row") == 0
    finally:
        await connection.close()
    connection = await pushed.running.deployment.database("absence_ingest")
    try:
        assert await connection.fetchval("SELECT count(*) FROM parked_row") == 9
        assert await connection.fetchval("SELECT count(*) FROM absence_day WHERE halves > 0") > 60
    finally:
        await connection.close()
