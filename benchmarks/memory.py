"""The memory of an idle service process, and the time from its start until it is ready.

Measured are the embedded deployment (API and worker of a service in one process) and the distributed one (API and
worker in two processes, on Kafka). Each process is restarted a few times while no other starts. Memory is read after
all have been idle for ``IDLE_SECONDS``. It is the proportional set size: a shared page is divided by the number of
processes that share it. In the same run a bare FastAPI process is started as often, which shows how fast the machine
is.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.figures import Figure, Size, middle
from benchmarks.places import deployment, kafka, until
from benchmarks.report import Report
from deploy.embedded.children import Child
from deploy.embedded.composition import Deployment
from libs.shared.contracts.topics import SERVICES
from tests.realparts.ports import free_port

LIMIT_MB = 120.0
LIMIT_READY_SECONDS = 3.0
"""The limit of the time from a process's start until it is ready."""

STARTS = 3
IDLE_SECONDS = 8
BOUND_SECONDS = 600
LOOK_SECONDS = 0.01


async def run(_sizes: Sequence[Size], report: Report) -> None:
    """Report memory and time to ready for each process; there is one size."""
    async with asyncio.timeout(BOUND_SECONDS), deployment() as made:
        await _measure(made, report, "embedded", {name: ("all", made.ports.of(name)) for name in SERVICES})
    with kafka() as address:
        async with asyncio.timeout(BOUND_SECONDS), deployment(address, split=True) as made:
            parts = {f"{name}-api": ("api", made.ports.of(name)) for name in SERVICES}
            parts |= {f"{name}-worker": ("worker", made.ports.worker(name)) for name in SERVICES}
            await _measure(made, report, "on Kafka", parts)


async def _measure(made: Deployment, report: Report, size: str, parts: dict[str, tuple[str, int]]) -> None:
    environment = made.environment
    if environment is None:
        raise RuntimeError("the deployment is not started")
    ready: dict[str, float] = {}
    bare: list[float] = []
    least = Child("bare", ["benchmarks.bare", str(free_port())], environment.base(), made.home / "bare.log")
    made.children["bare"] = least  # stopped with the others
    async with httpx.AsyncClient(timeout=5) as client:
        for name, (_, port) in parts.items():
            ready[name] = middle([await _start_again(made, name, port, client) for _ in range(STARTS)])
            bare.append(await _start_again(made, "bare", int(least.arguments[1]), client))
            report.say(f"{name}, {size}: ready after {ready[name]:.2f} s")
    await asyncio.sleep(IDLE_SECONDS)
    _add(report, "bare FastAPI", size, _pss(made, "bare"), middle(bare))
    for name, (part, _) in parts.items():
        _add(report, f"{name.removesuffix(f'-{part}')} ({part})", size, _pss(made, name), ready[name])


def _add(report: Report, name: str, size: str, megabytes: float, seconds: float) -> None:
    report.add(Figure(f"{name}: memory", size, megabytes, "MB", "limit", LIMIT_MB, 1.0))
    report.add(Figure(f"{name}: ready", size, seconds, "s", "limit", LIMIT_READY_SECONDS, 1.0))


async def _start_again(made: Deployment, name: str, port: int, client: httpx.AsyncClient) -> float:
    """Seconds from the start of the process to its first answer that it is ready."""
    child = made.children[name]
    await child.stop()
    began = time.perf_counter()
    await child.start()
    await until(lambda: _is_ready(client, port), every=LOOK_SECONDS)
    return time.perf_counter() - began


async def _is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
    except httpx.TransportError:
        return False  # not listening yet


def _pss(made: Deployment, name: str) -> float:
    """Megabytes."""
    process = made.children[name].process
    if process is None or process.returncode is not None:
        raise RuntimeError(f"{name} does not run: {made.children[name].last_lines()}")
    return proportional_set_size(process.pid) / 1e6


def proportional_set_size(pid: int) -> int:
    """The proportional set size in bytes of a process of the same user, as the kernel reports it (Linux)."""
    return pss_bytes(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))


def pss_bytes(rollup: str) -> int:
    """The ``Pss`` line of a ``smaps_rollup``, in bytes. Raises ``ValueError`` without one."""
    for line in rollup.splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) * 1024
    raise ValueError("no Pss line")
