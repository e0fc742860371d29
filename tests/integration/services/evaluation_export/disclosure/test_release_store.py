"""The store of releases: one history for all workers, one key, and nothing about a bundle that was not released."""

import asyncio
import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deploy.embedded.binaries import wheel_bin
from libs.shared.privacy.keys import KeyRing
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.disclosure import queries as releases
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.disclosure.store_key import StoreKey
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.panel.periods import Period
from services.evaluation_export.products.aggregate.product import AGGREGATE
from services.evaluation_export.wiring import SERVICE
from tests.integration.services.evaluation_export.builders import Given
from tests.integration.services.evaluation_export.steps import fetch, order
from tests.integration.services.evaluation_export.told import PROTECTION, STORE_KEY, Token, World
from tests.realparts.databases import MakeDatabase, OwnDatabase

ROOT = Path(__file__).parents[5]

COUNT = PackedGroup("2022/2023", "flow/left/0", bytes(range(32)), b"", {"pupils": "5"})
DAYS = PackedGroup("2021", "absence/participants/all", bytes(range(32)), bytes(16), {"total": "1.5", "illness": None})
ANOTHER_YEARS = PackedGroup("2019", "absence/participants/all", bytes(16), bytes(8), {"total": "1.5"})

BEHIND_A_NEIGHBOUR = PackedGroup("2021/2022", "absence/participants/all", bytes(range(32)), b"", {"pupils": "5"})
NEIGHBOURS_FLOW = PackedGroup("2021/2022", "flow/left/0", bytes(range(32)), b"", {"pupils": "5"})


def newest(*groups: PackedGroup) -> list[PackedGroup]:
    """The groups as the store returns those of the newest releases."""
    return [msgspec.structs.replace(group, audited=True) for group in groups]


async def released(own: OwnDatabase) -> int:
    async with own.db.read(EVALUATOR) as session:
        return int((await session.execute(text("SELECT count(*) FROM release"))).scalar_one())


async def test_a_build_is_given_the_earlier_groups_of_its_periods_the_oldest_first(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    for _ in range(3):
        await order(client, token)
    second = PackedGroup(COUNT.period, COUNT.name, bytes(range(48)), b"", {"pupils": "5"})
    builders = [Given(DAYS, COUNT, ANOTHER_YEARS), Given(second), Given()]
    for builder in builders:
        assert await DeliveryWorker(own.db, builder, PROTECTION).build_next()
    assert [builder.earlier for builder in builders] == [[], newest(DAYS, COUNT), newest(DAYS, COUNT, second)]


async def test_a_build_is_told_which_groups_are_of_the_newest_releases_and_given_a_neighbour_s_counts(
    own: OwnDatabase,
) -> None:
    for school_year, groups in (
        ("2022/2023", [COUNT, DAYS]),
        ("2024/2025", [COUNT]),  # shares no autumn with 2022/2023, so it displaces none of its releases
        ("2021/2022", [BEHIND_A_NEIGHBOUR, NEIGHBOURS_FLOW]),
        *[("2022/2023", [COUNT])] * (releases.AUDITED_RELEASES - 1),
    ):
        await release(own, *groups, school_year=school_year)
    async with own.db.read(EVALUATOR) as session:
        past = await releases.past(session, Period("2022/2023"))
    found = [group async for group in releases.groups_of(own.db, EVALUATOR, past)]
    old = [DAYS, COUNT, COUNT]
    assert found == [*old, *newest(BEHIND_A_NEIGHBOUR, *[COUNT] * (releases.AUDITED_RELEASES - 1))]


async def test_while_one_worker_builds_no_other_releases_against_the_same_past(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    for _ in range(2):
        await order(client, token)
    slow, other = Given(COUNT), Given(DAYS)
    slow.may.clear()
    first = asyncio.create_task(DeliveryWorker(own.db, slow, PROTECTION).build_next())
    await slow.begun.wait()
    beside = DeliveryWorker(own.db, other, PROTECTION)
    assert not await beside.build_next()  # although a second order waits
    slow.may.set()
    assert await first
    assert await beside.build_next()
    assert other.earlier == newest(COUNT)


async def test_what_is_released_and_the_bundle_are_committed_together_or_not_at_all(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    path = await order(client, token)
    twice = Given(COUNT, COUNT)
    with pytest.raises(IntegrityError):
        await DeliveryWorker(own.db, twice, PROTECTION).build_next()
    assert (await fetch(client, token, path)).json()["status"] == "requested"
    assert await released(own) == 0


async def test_a_store_made_with_another_key_fails_the_delivery_with_that_reason(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    paths = [await order(client, token) for _ in range(3)]
    for key, count in ((STORE_KEY, 1), (StoreKey(KeyRing.generate()), 1), (STORE_KEY, 2)):
        assert await DeliveryWorker(own.db, Given(COUNT), replace(PROTECTION, key=key)).build_next()
        assert await released(own) == count
    states = [(await fetch(client, token, path)).json() for path in paths]
    assert [state["status"] for state in states] == ["ready", "failed", "ready"]
    assert states[1]["failure"]["code"] == "delivery.release_key_mismatch"
    assert states[1]["failure"]["messages"]["da"] != states[1]["failure"]["messages"]["en"]


async def test_the_store_goes_to_a_file_and_back_as_the_guide_says(
    own: OwnDatabase, tmp_path: Path, make_database: MakeDatabase
) -> None:
    """The commands of docs/guides/ops/databases.md work; loading twice does no harm, and numbering continues."""
    guide = (ROOT / "docs/guides/ops/databases.md").read_text(encoding="utf-8")
    dump = command(guide, "pg_dump")
    load = command(guide, "psql -X -v")
    for _ in range(2):
        await release(own, COUNT, DAYS)
    restored = await make_database(SERVICE.migrations)
    for words, url in ((dump, own.owner_url), (load, restored.owner_url), (load, restored.owner_url)):
        await run([*words[:-1], url], tmp_path)
    assert await released(restored) == 2
    async with restored.db.read(EVALUATOR) as session:
        past = await releases.past(session, Period("2022/2023"))
    back = [group async for group in releases.groups_of(restored.db, EVALUATOR, past)]
    assert back == newest(DAYS, COUNT, DAYS, COUNT)
    await release(restored, COUNT)
    assert await released(restored) == 3


async def release(own: OwnDatabase, *groups: PackedGroup, school_year: str = "2022/2023") -> None:
    """Store a release as the worker does."""
    async with own.db.write(EVALUATOR) as session:
        newest = (await releases.past(session, Period(school_year))).newest
        await releases.add(
            session,
            delivery_id=uuid4(),
            product=AGGREGATE.name,
            school_year=school_year,
            groups=groups,
            check=STORE_KEY.check,
            follows=newest,
        )


def command(guide: str, start: str) -> list[str]:
    """The words of the only command in the guide that begins with ``start``."""
    found = re.findall(rf"^   ({re.escape(start)}[^`]*?[^\\\n])\n", guide, re.MULTILINE)
    assert len(found) == 1, found
    return shlex.split(found[0].replace("\\\n", " "))


async def run(words: Sequence[str], folder: Path) -> None:
    """Run a command, which must succeed."""
    path = f"{wheel_bin()}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PGOPTIONS": "-c skoleloeft.access=evaluator"}
    process = await asyncio.create_subprocess_exec(
        *words, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
