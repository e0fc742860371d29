"""The commands that run inside the cluster, in the driver's pod: ``python -m deploy.k8s.trial.driver COMMAND``.

journey          run the journey on the empty platform
send N           send an absence file again with other days; prints the receipt and the seconds it took
load SECONDS R   send R requests a second to the APIs until /tmp/stop exists, at most SECONDS; prints the answers
count            wait until all events are processed, count them in the services and on the log
"""

import asyncio
import hashlib
import json
import sys
import time
from pathlib import Path

from deploy.k8s.trial.load import load
from journey.account import Account
from journey.flow import read_at_rest, reconcile, settle
from journey.journey import Journey
from journey.platform import SERVICES, Platform
from journey.sending import send, upload_of
from libs.shared.client.addresses import Addresses
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog, LogUnavailable
from synthetic import municipality

CODE = "101"
FOLDER = Path("/tmp/files")  # noqa: S108 - the pod's own scratch volume
EVENT_LOG = Path("/run/secrets/skoleloeft/skoleloeft_event_log")
ADDRESSES = Addresses({name: f"http://{name.replace('_', '-')}" for name in SERVICES}, "http://issuer:8005")


def _address() -> str:
    return EVENT_LOG.read_text(encoding="utf-8").strip()


async def _with_log(name: str) -> EventLog:
    """Open the event log. It is tried again for a minute, because the broker may have just come back."""
    log = open_event_log(_address(), client_id=name)
    late = time.monotonic() + 60
    while True:
        try:
            await log.start()
        except LogUnavailable:
            if time.monotonic() > late:
                raise
            await asyncio.sleep(1)
        else:
            return log


async def journey() -> bool:
    """Run the journey; returns whether every number was the expected one."""
    account = Account(sys.stdout.write)
    forecast = municipality.write(FOLDER, code=CODE, pupils=600, seed=7)
    log = await _with_log("journey")
    try:
        async with Platform(ADDRESSES) as platform:
            await Journey(account, platform, forecast, FOLDER, log).walk()
    finally:
        await log.close()
    print(json.dumps({"checked": account.checks, "mismatches": account.mismatches}))
    return account.fine


async def send_again(number: int) -> bool:
    """Send an absence file of the journey with other days: half days instead of whole ones, and whole ones again in the
    next round.
    """
    forecast = municipality.write(FOLDER, code=CODE, pupils=600, seed=7)
    taken_whole = (file for file in forecast.files if file.kind == "absence" and file.expected.accepted == file.rows)
    file = next(taken_whole)
    charset = file.content_type.partition("charset=")[2] or "utf-8"
    text = (FOLDER / file.path).read_bytes().decode(charset)
    if number % 2:
        text = text.replace(";1\n", ";0,5\n").replace(";1\r\n", ";0,5\r\n").replace(",1\n", ",0.5\n")
    content = text.encode(charset)
    key = hashlib.sha256(f"trial {number} {time.time()}".encode()).hexdigest()[:40]
    begun = time.monotonic()
    async with Platform(ADDRESSES) as platform:
        caller = await platform.caller("municipality_integration", CODE)
        upload = upload_of(content, file)
        receipt = await send(
            caller, file.service, upload, kind=file.kind, municipality=CODE, identifier=file.identifier, key=key
        )
    told = {name: getattr(receipt, name) for name in ("state", "rows", "accepted", "unchanged", "parked", "refused")}
    print(json.dumps(told | {"seconds": round(time.monotonic() - begun, 1)}))
    return bool(receipt.state == "completed")


async def count() -> bool:
    """Check that events written = on the log = processed by each group that subscribes."""
    account = Account(sys.stdout.write)
    log = await _with_log("trial")
    begun = time.monotonic()
    try:
        async with Platform(ADDRESSES) as platform:
            await settle(platform)
            settled = time.monotonic() - begun
            counts, on_the_log = await read_at_rest(platform, log, "journey")
        reconcile(account, counts, on_the_log)
    finally:
        await log.close()
    events = sum(counts.written.values())
    told = {"events": events, "settled": round(settled, 1), "checked": account.checks}
    print(json.dumps(told | {"mismatches": account.mismatches}))
    return account.fine


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 if the command succeeded, 1 if not, 2 for an unknown command."""
    match arguments:
        case ["journey"]:
            fine = asyncio.run(journey())
        case ["send", number]:
            fine = asyncio.run(send_again(int(number)))
        case ["load", seconds, rate]:
            print(json.dumps(asyncio.run(load(ADDRESSES, CODE, float(seconds), float(rate)))))
            fine = True
        case ["count"]:
            fine = asyncio.run(count())
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
