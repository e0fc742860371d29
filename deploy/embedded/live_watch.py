"""Requests ``/health/live`` of each service: a process that hangs is killed, and its watcher restarts it.

Until its first answer a process has ``live_start`` seconds before failures count.
"""

import asyncio
import time
from collections.abc import Callable

import httpx

from deploy.embedded.children import Child
from deploy.embedded.settings import EmbeddedSettings


async def watch_live(
    child: Child, url: str, client: httpx.AsyncClient, settings: EmbeddedSettings, report: Callable[[str], None]
) -> None:
    """Request it until cancelled. A hanging process gets SIGKILL, as a stopped process reacts to no other signal."""
    known, began, answered, failures = None, 0.0, False, 0
    while True:
        await asyncio.sleep(settings.live_period)
        process = child.running
        if process is None:
            continue
        if process is not known:
            known, began, answered, failures = process, time.monotonic(), False, 0
        trouble = await _trouble(client, url, settings.live_answer)
        if child.running is not known:
            continue  # it ended during the request
        if trouble is None:
            answered, failures = True, 0
        elif answered or time.monotonic() - began > settings.live_start:
            failures += 1
        if failures >= settings.live_failures:
            report(f"{child.name} is ended, as it hangs: {url} {trouble}, {failures} times in a row (log: {child.log})")
            process.kill()
            failures = 0


async def _trouble(client: httpx.AsyncClient, url: str, seconds: float) -> str | None:
    try:
        async with asyncio.timeout(seconds):
            response = await client.get(url, timeout=seconds)
    except (httpx.TransportError, TimeoutError) as failure:
        return f"gave no answer ({type(failure).__name__})"
    return None if response.status_code == 200 else f"answered {response.status_code}"
