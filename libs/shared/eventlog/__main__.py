"""Commands of the event log.

    python -m libs.shared.eventlog migrate        run the missing migration steps of the embedded log's database
    python -m libs.shared.eventlog topics list    print the topics of the contracts, with the address's prefix if any
    python -m libs.shared.eventlog topics apply   create what is missing on the log, and set what differs
    python -m libs.shared.eventlog compact        remove records by retention and compaction (embedded log)

``migrate`` reads ``EVENTLOG_OWNER_DATABASE_URL``. So do the others for a log in PostgreSQL, because only its owner has
the rights; on Kafka they read ``SKOLELOEFT_EVENT_LOG``. Both may also be files of that name in
``SKOLELOEFT_SECRETS_DIR``.
"""

import asyncio
import sys

from libs.shared.base.settings import SharedSettings, read_setting
from libs.shared.base.tellable import SetUpFault
from libs.shared.eventlog.factory import open_event_log, topic_prefix
from libs.shared.eventlog.topics import specs
from libs.shared.observability.endings import complain, run_to_end

OWNER = "EVENTLOG_OWNER_DATABASE_URL"
EVENT_LOG = "SKOLELOEFT_EVENT_LOG"


def _address() -> str:
    """The address of the owner of a log in PostgreSQL if it is set, else the address of the log of the services."""
    return read_setting(OWNER) or SharedSettings.load().event_log.get_secret_value()


async def _migrate() -> list[str]:
    from libs.shared.eventlog.postgres.migrate import migrate  # noqa: PLC0415 - only this command needs the driver

    url = read_setting(OWNER)
    if url is None:
        raise SetUpFault(f"{OWNER} is not set: give the address of role eventlog_owner")
    return await migrate(url) or ["eventlog: nothing to do"]


async def _apply(url: str) -> list[str]:
    log = open_event_log(url, client_id="topics-apply")
    try:
        return await log.apply_topics(specs()) or ["topics: nothing to do"]
    finally:
        await log.close()


async def _compact(url: str) -> list[str]:
    from libs.shared.eventlog.postgres import PostgresEventLog  # noqa: PLC0415 - only this command needs the driver

    log = open_event_log(url, client_id="compact")
    if not isinstance(log, PostgresEventLog):
        return ["compact: Kafka tidies by itself"]
    try:
        done = [f"{tidied.topic}/{tidied.partition}: {tidied.removed} removed" for tidied in await log.compact()]
        return done or ["compact: nothing to do"]
    finally:
        await log.close()


def _list(prefix: str) -> list[str]:
    return [
        f"{prefix}{spec.name}\t{spec.partitions}\t{'compacted' if spec.compacted else f'{spec.retention_hours} hours'}"
        for spec in specs()
    ]


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 done, 1 failed, 2 usage or set-up error, or refused by the log."""
    return run_to_end("eventlog", lambda: _run(arguments))


def _run(arguments: list[str]) -> int:
    match arguments:
        case ["topics", "list"]:
            lines = _list(topic_prefix(read_setting(EVENT_LOG) or ""))
        case ["topics", "apply"]:
            lines = asyncio.run(_apply(_address()))
        case ["compact"]:
            lines = asyncio.run(_compact(_address()))
        case ["migrate"]:
            lines = asyncio.run(_migrate())
        case _:
            return complain(f"{__doc__}")
    sys.stdout.writelines(line + "\n" for line in lines)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
