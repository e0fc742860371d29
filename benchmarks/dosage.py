"""The dosage list of a municipality over HTTP: 20 courses with 4,000 sessions, and 200 with 40,000, in one page.

The courses and sessions are written directly to the tables of a running registration service; the last session of each
is recorded over HTTP, which judges the course and keeps its entry of the ledger, from which the list is read. Beside
the list stand the judgement of a single course from its sessions, and the recording of a session.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg

from benchmarks.figures import Figure, Size, middle
from benchmarks.places import until
from benchmarks.report import Report
from benchmarks.service_alone import ServiceAlone, service_alone
from libs.shared.client.caller import Caller

SERVICE, CODE = "registration", "101"
COURSES = {Size.SMALL: 20, Size.LARGE: 200}
SESSIONS = 200
"""Of each course: five a week in forty weeks."""

LIST_MS = 200.0
TRIES = 9
FIRST = date(2022, 8, 8)
BOUND_SECONDS = 1200

_PLAN = '{"scope": "project", "start": "2022-08-01", "last_day": "2023-07-31", "efforts": [{"variant": "A1"}]}'
_PHASE = '[{"weekly_amount": "10.5", "unit": "lessons", "weeks": 40}]'

_FILL = f"""
INSERT INTO municipality (municipality_code, name, status, aggregate_version)
    VALUES ('{CODE}', 'Kommune', 'accepted', 1)
    ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE of_school AS
SELECT n, gen_random_uuid() AS school_id, gen_random_uuid() AS project_id FROM generate_series(1, 10) AS g (n);
INSERT INTO school (school_id, municipality_code, institution_number, name, kind, standing, first_used_on,
                    aggregate_version)
SELECT school_id, '{CODE}', CAST(710000 + n AS text), 'Skole ' || n, 'public', 'registered', DATE '2021-08-01', 1
  FROM of_school;
INSERT INTO calendar (school_id, school_year, municipality_code, aggregate_version)
SELECT school_id, '2022/2023', '{CODE}', 1 FROM of_school;
INSERT INTO calendar_day (school_id, day, school_year, municipality_code)
SELECT school_id, d, '2022/2023', '{CODE}'
  FROM of_school, generate_series(DATE '2022-08-08', DATE '2023-06-23', interval '1 day') AS g (d)
 WHERE extract(isodow FROM d) < 6;
INSERT INTO project (project_id, municipality_code, title, school_ids, plan, status, verdicts, aggregate_version,
                     version, version_in_force, minimums)
SELECT project_id, '{CODE}', 'Projekt ' || n, ARRAY[school_id], CAST('{_PLAN}' AS jsonb), 'approved',
       '[]', 1, 1, 1, '[]'
  FROM of_school;
CREATE TEMPORARY TABLE of_course AS
SELECT n, gen_random_uuid() AS course_id FROM generate_series(1, {{courses}}) AS g (n);
INSERT INTO course (course_id, municipality_code, project_id, school_id, code, variant, subjects, staff, stated, start,
                    last_day, planned, minimum, verdicts, judged_on, outcome, attention, aggregate_version)
SELECT c.course_id, '{CODE}', s.project_id, s.school_id, 'A1-' || c.n, 'A1', ARRAY['danish'], '[]', 20,
       DATE '2022-08-08', DATE '2023-06-23', CAST('{_PHASE}' AS jsonb), '[]', '[]', DATE '2022-08-08', 'unknown',
       '{{}}', 1
  FROM of_course AS c JOIN of_school AS s ON s.n = 1 + c.n % 10;
INSERT INTO course_session (course_id, held_on, starts_at, municipality_code, minutes)
SELECT c.course_id, DATE '2022-08-08' + 7 * (k / 5) + k % 5, TIME '08:15', '{CODE}', 45 + CAST(90 * random() AS int)
  FROM of_course AS c, generate_series(0, {{sessions}} - 2) AS g (k);
ANALYZE course; ANALYZE course_session
"""  # noqa: S608 - only constants of this module are put together


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report the list beside its limit, and the two others beside it."""
    for size in sizes:
        async with asyncio.timeout(BOUND_SECONDS), service_alone(SERVICE) as service:
            await _measure(service, COURSES[size], report)


async def _measure(service: ServiceAlone, courses: int, report: Report) -> None:
    ids = await _filled(service, courses)
    caller = await service.platform.caller("resource_team", CODE)
    held = FIRST + timedelta(weeks=(SESSIONS - 1) // 5, days=(SESSIONS - 1) % 5)
    recorded = [await _timed(partial(_record, caller, course_id, held)) for course_id in ids]
    path = f"/v1/courses?page_size=200&municipality={CODE}"
    listed = [await _timed(lambda: caller.request("GET", SERVICE, path)) for _ in range(TRIES)]
    found = (await caller.request("GET", SERVICE, path)).json()["items"]
    if len(found) != courses or any(each["sessions"] != SESSIONS for each in found):
        raise RuntimeError(f"the list has {len(found)} courses, or not all their sessions")
    one = f"/v1/courses/{ids[0]}/dosage?as_of=2023-03-01"
    single = [await _timed(lambda: caller.request("GET", SERVICE, one)) for _ in range(TRIES)]
    size = f"{courses} courses, {courses * SESSIONS:,} sessions"
    report.add(Figure("the dosage list in one page", size, middle(listed), "ms", "limit", LIST_MS, 1.0, scale=courses))
    report.add(Figure("one course judged from its sessions", size, middle(single), "ms", "the list", middle(listed)))
    report.add(Figure("a session recorded and judged", size, middle(recorded), "ms", "the list", middle(listed)))


async def _record(caller: Caller, course_id: str, held: date) -> Any:
    body = {"sessions": [{"held_on": held.isoformat(), "starts_at": "08:15", "minutes": 60}]}
    headers = {"Idempotency-Key": uuid4().hex}
    return await caller.request("POST", SERVICE, f"/v1/courses/{course_id}/sessions", json=body, headers=headers)


async def _filled(service: ServiceAlone, courses: int) -> list[str]:
    """Fill the tables once the service has received the catalog; returns the ids of the courses."""
    connection: asyncpg.Connection[asyncpg.Record] = await service.made.database(SERVICE)
    try:

        async def received() -> bool:
            return bool(await connection.fetchval("SELECT count(*) >= 5 FROM intervention_type")) and bool(
                await connection.fetchval("SELECT count(*) > 0 FROM rule_set WHERE family = 'dosage'")
            )

        await until(received, every=0.2)
        await connection.execute("ALTER TABLE school DISABLE TRIGGER USER")
        await connection.execute(_FILL.replace("{courses}", str(courses)).replace("{sessions}", str(SESSIONS)))
        await connection.execute("ALTER TABLE school ENABLE TRIGGER USER")
        return [str(row["course_id"]) for row in await connection.fetch("SELECT course_id FROM of_course")]
    finally:
        await connection.close()


async def _timed(ask: Callable[[], Awaitable[Any]]) -> float:
    """Milliseconds of a request. Raises ``RuntimeError`` if it is refused."""
    began = time.perf_counter()
    answer = await ask()
    seconds = time.perf_counter() - began
    if answer.is_error:
        raise RuntimeError(answer.text)
    return 1000 * seconds
