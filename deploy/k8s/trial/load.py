"""A bounded load on the four APIs: reads that query the database, half on kept connections, half on new ones."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from journey.platform import Platform
from libs.shared.client.addresses import Addresses

STOP = Path("/tmp/stop")  # noqa: S108 - the pod's own scratch volume
SLOTS = 40

# Each is answered from the database; the receipt does not exist, so its answer is 404.
ASKED: tuple[tuple[str, str, str], ...] = (
    ("registration", "municipality_integration", "/v1/schools?municipality={code}"),
    ("intervention_catalog", "municipality_integration", "/v1/intervention-types"),
    ("absence_ingest", "municipality_integration", "/v1/imports/00000000-0000-4000-8000-000000000000"),
    ("evaluation_export", "evaluator", "/v1/deliveries"),
)


class Answers:
    """The answers by status, and the faults by service: answers of 500 and above, and connections that failed, by
    error.
    """

    def __init__(self) -> None:
        self.by_status: Counter[str] = Counter()
        self.by_fault: Counter[str] = Counter()
        self.slowest = 0.0

    def told(self) -> dict[str, Any]:
        """The content for JSON."""
        return {
            "asked": sum(self.by_status.values()),
            "by_status": dict(self.by_status),
            "faults": dict(self.by_fault),
            "slowest_seconds": round(self.slowest, 2),
        }


def _begin() -> None:
    STOP.unlink(missing_ok=True)


def _stopped() -> bool:
    return STOP.exists()


async def load(addresses: Addresses, code: str, seconds: float, rate: float) -> dict[str, Any]:
    """Send ``rate`` requests a second for at most ``seconds``, or until the file ``STOP`` exists."""
    _begin()
    answers, slots = Answers(), asyncio.Semaphore(SLOTS)
    async with Platform(addresses) as platform, httpx.AsyncClient(timeout=30) as kept, asyncio.TaskGroup() as group:
        tokens = {
            "municipality_integration": await (await platform.caller("municipality_integration", code)).tokens.token(),
            "evaluator": await (await platform.caller("evaluator")).tokens.token(),
        }
        begun, number = time.monotonic(), 0
        while time.monotonic() - begun < seconds and not _stopped():
            service, role, path = ASKED[number % len(ASKED)]
            url = addresses.of(service) + path.format(code=code)
            await slots.acquire()
            # The rounds alternate: all of ``ASKED`` on new connections, then all on kept ones.
            client = kept if (number // len(ASKED)) % 2 else None
            group.create_task(_ask(client, service, _request(url, tokens[role]), answers, slots))
            number += 1
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
    return answers.told()


def _request(url: str, token: str) -> httpx.Request:
    return httpx.Request("GET", url, headers={"Authorization": f"Bearer {token}"})


async def _ask(
    client: httpx.AsyncClient | None, service: str, request: httpx.Request, answers: Answers, slots: asyncio.Semaphore
) -> None:
    begun = time.monotonic()
    try:
        if client is None:
            async with httpx.AsyncClient(timeout=30) as fresh:
                status = (await fresh.send(request)).status_code
        else:
            status = (await client.send(request)).status_code
    except httpx.HTTPError as fault:
        answers.by_status["no answer"] += 1
        answers.by_fault[f"{service}: {type(fault).__name__}"] += 1
    else:
        answers.by_status[str(status)] += 1
        if status >= 500:
            answers.by_fault[f"{service}: {status}"] += 1
    finally:
        answers.slowest = max(answers.slowest, time.monotonic() - begun)
        slots.release()
