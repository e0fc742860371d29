"""Screening: the outcomes of a country by set, and a school of 700 pupils with every verdict over HTTP.

Both are held against the limits of F4. The outcomes of fewer pupils have as much less time; the cost of each pupil at
both sizes shows whether it grows with their number.
"""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from benchmarks.figures import Figure, Size, middle
from benchmarks.places import durable_postgres, service_database, until
from benchmarks.report import Report
from benchmarks.screening_data import AS_OF, PUPILS_OF_A_CLASS, fill
from benchmarks.service_alone import service_alone
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.privacy.keys import KeyRing, Vault
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.screening.settings import ScreeningSettings
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.screening.gross_list.queries import outcomes

COUNTRY, COUNTRY_SECONDS = 670_000, 10.0
SIZES = {Size.SMALL: 6_700, Size.LARGE: 67_000}
AT_ONCE = 2
"""Municipalities judged at the same time: one for each core."""
ROUNDS = 3

SCHOOL_CLASSES, SCHOOL_SECONDS, SCHOOL_ROUNDS = 32, 0.2, 15
"""32 classes of 22 pupils are 704."""
SCHOOL_PUPILS = SCHOOL_CLASSES * PUPILS_OF_A_CLASS


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report the seconds of the outcomes at each size, and of the school."""
    for size in sizes:
        await _outcomes(SIZES[size], report)
    await _school(report)


async def run_country(_: Sequence[Size], report: Report) -> None:
    """Report the seconds of the outcomes of the whole country."""
    await _outcomes(COUNTRY, report)


async def _outcomes(pupils: int, report: Report) -> None:
    with durable_postgres() as admin:
        async with service_database(admin, "registration") as (db, owner):
            superuser = await asyncpg.connect(admin, database=await owner.fetchval("SELECT current_database()"))
            try:
                written, codes = await fill(superuser, pupils)
            finally:
                await superuser.close()
            report.say(f"{written:,} pupils in {len(codes)} municipalities are written")
            seconds = []
            for number in range(ROUNDS):
                began = time.perf_counter()
                judged = await _judged(db, codes)
                seconds.append(time.perf_counter() - began)
                if judged != written:
                    raise RuntimeError(f"{judged} of {written} pupils were judged")
                report.say(f"round {number + 1} of {ROUNDS}: {seconds[-1]:.2f} s")
    limit = COUNTRY_SECONDS * written / COUNTRY
    report.add(
        Figure(
            "outcomes of the gross list, by set",
            f"{written:,} pupils",
            middle(seconds),
            "s",
            "limit",
            limit,
            1.0,
            scale=written,
        )
    )
    each = [1_000_000 * second / written for second in seconds]
    limit_each = 1_000_000 * COUNTRY_SECONDS / COUNTRY
    name = "outcomes, each pupil"
    report.add(Figure(name, f"{written:,} pupils", middle(each), "µs", "limit", limit_each, scale=written))


async def _judged(db: Database, codes: Sequence[str]) -> int:
    """The number of pupils whose outcomes were counted, each municipality in a transaction of its own scope."""
    settings = library_rule_set("screening-2021").settings_as(ScreeningSettings)
    turn = asyncio.Semaphore(AT_ONCE)

    async def of(code: str) -> int:
        async with turn, db.read(Scope.of(code)) as session:
            return sum(each.pupils for each in await outcomes.by_school(session, settings, code, AS_OF))

    return sum(await asyncio.gather(*map(of, codes)))


async def _school(report: Report) -> None:
    async with service_alone("registration") as alone:
        superuser = await alone.made.database("registration")
        try:
            await until(lambda: _has_rules(superuser), every=0.1)
            _, (code,) = await fill(superuser, SCHOOL_PUPILS, classes=SCHOOL_CLASSES)
            school_id: UUID = await superuser.fetchval(
                "SELECT school_id FROM school WHERE municipality_code = $1", code
            )
            await _name(superuser, PupilVault(Vault(KeyRing.parse(alone.environment.keys.data_keys["registration"]))))
        finally:
            await superuser.close()
        path = f"/v1/schools/{school_id}/gross-list"
        query = {"as_of": AS_OF.isoformat(), "everyone": "true", "page_size": "1000"}
        team = await alone.platform.caller("resource_team", code)
        seconds = []
        for number in range(SCHOOL_ROUNDS + 1):
            began = time.perf_counter()
            answer = await team.request("GET", "registration", path, params=query)
            passed = time.perf_counter() - began
            found = answer.json()
            if (answer.status_code, len(found.get("items", ()))) != (200, SCHOOL_PUPILS):
                raise RuntimeError(f"the list answers {answer.status_code}: {answer.text[:300]}")
            if number:  # the first one warms up
                seconds.append(passed)
        report.say(f"{len(answer.content):,} bytes; {min(seconds) * 1000:.0f}–{max(seconds) * 1000:.0f} ms")
    size = f"{SCHOOL_PUPILS} pupils"
    report.add(Figure("gross list over HTTP, every verdict", size, middle(seconds), "s", "limit", SCHOOL_SECONDS, 1.0))


async def _has_rules(connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM rule_set WHERE family = 'screening'"))


async def _name(connection: "asyncpg.Connection[asyncpg.Record]", vault: PupilVault) -> None:
    """Give each pupil a name that the service can open."""
    ids = [row["pupil_id"] for row in await connection.fetch("SELECT pupil_id FROM pupil")]
    names = [(vault.seal(each, Sealed.NAME, f"Elev Nummer {seat}"), each) for seat, each in enumerate(ids)]
    await connection.executemany("UPDATE pupil SET name = $1 WHERE pupil_id = $2", names)
