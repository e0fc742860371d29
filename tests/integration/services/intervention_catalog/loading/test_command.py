"""`content load` as an operator runs it, on a database of its own."""

import asyncio
import json
import os
import sys

import pytest

from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.topics import specs
from libs.shared.events.relay import Relay
from libs.shared.rules.library import library_rule_set, library_rule_sets
from services.intervention_catalog.wiring import SERVICE
from tests.integration.services.intervention_catalog.service import ITEMS
from tests.realparts.databases import MakeDatabase, OwnDatabase

ALL = ITEMS + len(library_rule_sets())
TOPICS = [
    f"catalog.{each}" for each in ("intervention-type", "rule-set", "support-level", "trial-action", "recommendation")
]


async def run(own: OwnDatabase, *words: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.intervention_catalog", *words,
        env={
            **os.environ,
            "INTERVENTION_CATALOG_DATABASE_URL": own.app_url,
            "INTERVENTION_CATALOG_OWNER_DATABASE_URL": own.owner_url,
            "SKOLELOEFT_EVENT_LOG": "memory:",
        },
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_command_shows_what_it_would_add_then_adds_it_then_has_nothing_to_do(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    code, out, err = await run(own, "content", "load")
    assert (code, err) == (2, "")
    (line,) = out.splitlines()  # one line, as at the end of every process in a pod
    told = json.loads(line)
    assert told["level"] == "critical"
    assert "is it migrated?" in told["reason"]
    assert await run(own, "migrate") == (0, "intervention_catalog: at revision 0002\n", "")
    code, would, _ = await run(own, "content", "load", "--dry-run")
    assert (code, would.count("would be added: ")) == (0, ALL)
    code, did, _ = await run(own, "content", "load")
    assert (code, did) == (0, would.replace("would be ", ""))
    assert "added: rule set screening-2021, version 1\n" in did
    assert await run(own, "content", "load") == (0, "no change\n", "")


async def test_the_relay_carries_the_loaded_content_to_every_topic(own: OwnDatabase) -> None:
    assert (await run(own, "content", "load"))[0] == 0
    log = MemoryEventLog()
    await log.start()
    await log.apply_topics(specs())
    stop = asyncio.Event()
    relaying = asyncio.create_task(Relay(own.db, log, name="intervention_catalog").run(stop))
    consumer = log.consumer("reader", TOPICS)
    await consumer.start()
    keys: list[str] = []
    async with asyncio.timeout(20):
        while len(keys) < ALL:
            keys += [record.key for record in await consumer.poll(max_records=100, wait_seconds=1.0)]
    stop.set()
    await asyncio.wait_for(relaying, 20)
    await consumer.close()
    screening = f"screening-2021/{library_rule_set('screening-2021').valid_from}"
    assert {"co_teaching", "book_packages", screening, "3T", "ishoj", "5.1.1.a.text"} < set(keys)


@pytest.mark.parametrize("words", [(), ("unload",), ("load", "--wet-run"), ("load", "--dry-run", "now")])
def test_words_that_are_not_understood_are_answered_by_the_usage(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert SERVICE.commands["content"](SERVICE, words) == 2
    assert "content load [--dry-run]" in capsys.readouterr().err


async def test_the_commands_tell_everything_again_and_raise_versions(own: OwnDatabase) -> None:
    assert (await run(own, "content", "load"))[0] == 0
    code, out, _ = await run(own, "republish", "catalog.rule-set")
    assert (code, out) == (0, f"catalog.rule-set: {len(library_rule_sets())} states\n")
    code, out, _ = await run(own, "republish", "registration.pupil")
    assert code == 2
    assert "not told by this service" in out
    code, out, _ = await run(own, "raise-versions")
    assert code == 0
    assert "versions are raised by " in out
    assert out.count(" states\n") == len(TOPICS)
    code, _, err = await run(own, "rebuild", "catalog.rule-set")
    assert code == 2
    assert "subscribes to nothing" in err
