"""A hundred hostile bodies against one running service, in turn and at once.

``absence_ingest`` runs as in the embedded deployment: API and worker in one process, so that one figure contains the
cost of receiving a body and of processing it. Several municipalities send the bodies. Another municipality, whose
pupils the service knows, sends a small file again and again meanwhile.
"""

import asyncio
from collections.abc import Sequence

from benchmarks.events import as_record
from benchmarks.figures import Figure, Size
from benchmarks.hostile_bodies import bodies
from benchmarks.municipality import CODE, Municipality
from benchmarks.places import deployment, until
from benchmarks.report import Report
from benchmarks.siege import Seen, Target, at_once, in_turn
from deploy.embedded.composition import Deployment
from journey.platform import Platform
from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.flow.operations import FLOW
from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.contracts.state import State
from libs.shared.contracts.topics import SERVICES
from libs.shared.eventlog.factory import open_event_log

HOSTILE = ("147", "151", "153", "155", "157", "159", "161", "163")
SMALL_ROWS = 100
BOUND_SECONDS = 600
SLOWEST = 3
SERVICE = "absence_ingest"
OTHERS = tuple(name for name in SERVICES if name != SERVICE)

LIMIT_MEMORY_MB, LIMIT_LIVE_SECONDS, LIMIT_SMALL_SECONDS = 400.0, 1.0, 5.0
"""Limits of the process's memory, of its slowest answer, and of the time of another municipality's small file."""


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report memory, the slowest answer and the slowest small file, for bodies in turn and at once."""
    for size in sizes:
        async with asyncio.timeout(BOUND_SECONDS), deployment() as made:
            await asyncio.gather(*(made.children[name].stop() for name in OTHERS))
            async with Platform(Addresses.local(made.ports.base)) as platform:
                target = await _target(made, platform)
                sent = await asyncio.to_thread(bodies, size)
                report.say(f"{len(sent)} bodies, {sum(len(body.content) for body in sent) / 1e6:,.0f} MB on the wire")
                _figures(report, f"{len(sent)} in turn", await in_turn(target, sent))
                _figures(report, f"{len(sent)} at once", await at_once(target, sent))


def _figures(report: Report, size: str, seen: Seen) -> None:
    report.say(
        f"{size}: answers {dict(seen.answers)}, {len(seen.watched.small)} small files, unanswered: {seen.silent}"
    )
    slowest = sorted(seen.took.items(), key=lambda each: -each[1])[:SLOWEST]
    report.say("slowest answers: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slowest))
    if seen.silent:
        raise RuntimeError(f"no answer to {seen.silent}")
    if failed := {answer for answer in seen.answers if answer.startswith("5")} - {"503"}:
        raise RuntimeError(f"bodies were answered {failed}, which is a fault of the service")
    for name, measured, unit, limit in (
        ("memory of the process", seen.watched.memory / 1e6, "MB", LIMIT_MEMORY_MB),
        ("slowest /health/live", seen.watched.live, "s", LIMIT_LIVE_SECONDS),
        ("slowest small file of another", max(seen.watched.small), "s", LIMIT_SMALL_SECONDS),
    ):
        report.add(Figure(name, size, measured, unit, "limit", limit, goal=1.0))


async def _target(made: Deployment, platform: Platform) -> Target:
    if made.environment is None:
        raise RuntimeError("the deployment is not started")
    known = Municipality.of(SMALL_ROWS, 0, made.environment.keys.lookup_keys)
    accepted = [_accepted(code) for code in HOSTILE]
    await _publish(made, [*known.states(), *accepted], await platform.caller("ops"))
    callers = {code: await platform.caller("municipality_integration", code) for code in (CODE, *HOSTILE)}
    child = made.children[SERVICE]

    def pid() -> int:
        if child.running is None:
            raise RuntimeError(f"the service ended: {child.last_lines()}")
        return child.running.pid

    tokens = {code: await caller.tokens.token() for code, caller in callers.items()}
    neighbour = (CODE, tokens.pop(CODE))
    return Target(made.ports.of(SERVICE), pid, tokens, neighbour, known.file())


def _accepted(code: str) -> State:
    return MunicipalityChanged(aggregate_version=1, municipality_code=code, name="Prøvekøbing", status="accepted")


async def _publish(made: Deployment, states: Sequence[State], ops: Caller) -> None:
    """Publish the states, and wait until the service has read them."""
    if made.environment is None:
        raise RuntimeError("the deployment is not started")
    log = open_event_log(made.environment.bus, client_id="benchmark")
    try:
        async with log.writer("benchmark") as writer:
            await writer.append([as_record(state, "registration") for state in states])
    finally:
        await log.close()

    async def taken() -> bool:
        flow = await ops.call(FLOW, service=SERVICE)
        return sum(flow.inbox.values()) >= len(states)

    await until(taken, every=0.2)
