"""Plan checks a second: by the pure function in process, and over HTTP compared with bare routes of the same server.

Both sizes are one plan, the large one with ten times as many efforts. Each round asks the bare routes before and after
the checks, so that a machine that slows down slows both.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import httpx

from benchmarks.checks_server import EMPTY, READING
from benchmarks.figures import Figure, Size, middle
from benchmarks.places import deployment, until
from benchmarks.report import Report
from benchmarks.requests_a_second import answers_a_second, prepared
from deploy.embedded.children import Child
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.plan_check import judge_plan

GOAL = 0.5
"""The least ratio to a bare route on the same server."""

EFFORTS = {Size.SMALL: 3, Size.LARGE: 30}
ROUNDS, ROUND_SECONDS, CONNECTIONS = 5, 2.0, 8
IN_PROCESS_SECONDS = 2.0
BOUND_SECONDS = 300

_VARIANTS: Sequence[dict[str, Any]] = (
    {"variant": "A1", "weekly_amount": "10.5", "unit": "lessons", "weeks": 20, "organisation": "stations"},
    {"variant": "C", "group_size": 3, "weekly_amount": "4", "unit": "sessions", "weeks": 12, "minutes_per_session": 30},
    {"variant": "E1", "deliveries": 6, "weeks": 16, "grades": [5], "parents_informed": True},
)
_BESIDE_TEACHING = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
_DECLARED = ("anchoring", "communication", "daily_responsibility", "substitutes", "rooms", "staff_and_parents_informed")


def plan_of(efforts: int) -> dict[str, Any]:
    """A plan with that many efforts that meets the rules."""
    return {
        "start": "2023-08-14",
        "last_day": "2024-06-21",
        "efforts": [_VARIANTS[number % len(_VARIANTS)] | _BESIDE_TEACHING for number in range(efforts)],
        **dict.fromkeys(_DECLARED, True),
    }


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report both rates for each size."""
    async with asyncio.timeout(BOUND_SECONDS), deployment() as made:
        if made.environment is None:
            raise RuntimeError("the deployment is not started")
        port = made.ports.of("intervention_catalog")
        await made.children["intervention_catalog"].stop()
        environment = made.environment.of("intervention_catalog")
        server = Child("checks", ["benchmarks.checks_server", "api"], environment, made.home / "checks.log")
        made.children["checks"] = server  # stopped with the others
        await server.start()
        async with httpx.AsyncClient(timeout=5) as client:
            await until(lambda: _is_ready(client, port), every=0.05)
        for size in sizes:
            await _measure(port, size, report)


async def _measure(port: int, size: Size, report: Report) -> None:
    body = json.dumps(plan_of(EFFORTS[size])).encode()
    asked = {
        "empty": prepared("GET", EMPTY),
        "reading": prepared("POST", READING, body),
        "checks": prepared("POST", "/v1/checks", body),
    }
    rates: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(ROUNDS + 1):
        for name in ("empty", "reading", "checks", "checks", "reading", "empty"):
            found = await answers_a_second(port, [asked[name]], connections=CONNECTIONS, seconds=ROUND_SECONDS / 2)
            if number:  # the first round warms up
                rates[name].append(found)
        report.say(f"{size}: round {number} of {ROUNDS}")
    found_rates = {name: middle(found) for name, found in rates.items()}
    efforts = EFFORTS[size]
    shown = f"{efforts} efforts"
    reading = ("bare route that reads the plan", found_rates["reading"])
    empty = ("bare route without a body", found_rates["empty"])
    in_process = checks_in_process(plan_of(efforts), IN_PROCESS_SECONDS)
    report.add(Figure("checks in process", shown, in_process, "/s", *reading, None, True, efforts))
    for peer in (reading, empty):
        name = "checks over HTTP" if peer is reading else "checks over HTTP, beside nothing"
        report.add(Figure(name, shown, found_rates["checks"], "/s", *peer, GOAL, True, efforts))


def checks_in_process(plan: dict[str, Any], seconds: float) -> float:
    """Checks a second on one core; the plan is parsed again for each, as it is over HTTP."""
    composition, dosage = library_rule_set("composition-2021"), library_rule_set("dosage-2021")
    entries = catalog_entries()
    written = json.dumps(plan)
    judged, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        judge_plan(composition, dosage, Plan.model_validate_json(written), entries)
        judged += 1
    return judged / passed


async def _is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
    except httpx.TransportError:
        return False  # not listening yet
