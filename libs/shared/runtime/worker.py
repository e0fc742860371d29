"""The worker's loops: the relay, the consumer if the service subscribes to anything, and the service's own.

Each connects and continues independently. The process starts whether or not its dependencies are available: files are
imported without the event log, and events wait in the outbox and in the log.
"""

from libs.shared.db.revision import Revision
from libs.shared.events.consumer import Consumer
from libs.shared.events.pruning import Pruning
from libs.shared.events.rebuilding import Rebuilding
from libs.shared.events.relay import Relay
from libs.shared.operations.health import Liveness, Readiness
from libs.shared.runtime.core import handling
from libs.shared.runtime.migrated import Migrated
from libs.shared.runtime.service import Core, Loop, Wiring
from libs.shared.runtime.topics import Topics

LOG_CHECK_SECONDS = 5.0


def worker_loops(
    core: Core, wiring: Wiring, revision: Revision, *, readiness: Readiness, liveness: Liveness
) -> dict[str, Loop]:
    """The loops by name, each watched by ``liveness``."""
    log = core.log
    readiness.add("event_log", log.check, timeout=LOG_CHECK_SECONDS)
    migrated = Migrated(revision)

    relay = Relay(core.db, log, name=core.name, metrics=core.event_metrics)
    liveness.watch("relay", lambda: "the relay's loop hangs" if relay.stuck() else None)
    pruning = Pruning(core.db)
    loops: dict[str, Loop] = {"relay": relay.run, "pruning": pruning.run, **wiring.loops}
    liveness.watch("pruning", migrated.watching(pruning.stuck))
    for name, stuck in wiring.stuck.items():
        liveness.watch(name, migrated.watching(stuck))
    if wiring.subscriptions is not None:
        consumer = Consumer(log, handling(core, wiring.subscriptions))
        topics = Topics(log, wiring.subscriptions.topics)
        liveness.watch("consumer", lambda: "the consumer makes no progress" if consumer.stuck() else None)
        readiness.add("topics", topics.check)
        loops["consumer"] = topics.then(consumer.run)
        loops["rebuilds"] = topics.then(Rebuilding(core.db, log, handling(core, wiring.subscriptions)).run)
    gated = {name: migrated.then(loop) for name, loop in loops.items()}
    return {"migrated": migrated.watch, **gated}
