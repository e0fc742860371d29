"""The part of the municipality's IT department: it sends files, reads receipts, corrects refused rows and sends a late
roster.
"""

import asyncio
import csv
import io
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from journey.account import Account
from journey.flow import settle
from journey.platform import Platform
from journey.sending import BeforeFile, Sent, compare, send, send_files
from libs.shared.client.caller import Caller
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import Receipt
from libs.shared.client.imports.uploads import Content
from synthetic.forecast import Correction, Forecast, Service
from synthetic.institutions import invented_register

WHOLE_COUNTRY = "000"
"""The code that stands for the country where the secretariat sends a file."""

PLAYED_SECONDS = 60.0
POSITION_SECONDS = 120.0
CSV = "text/csv; charset=utf-8"

RETURNED = ("_row", "_code", "_reason_da", "_reason_en")


@dataclass(frozen=True, slots=True)
class Municipal:
    """What the part works with."""

    account: Account
    platform: Platform
    forecast: Forecast
    folder: Path
    sent: Sent
    before: BeforeFile | None = None

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.forecast.municipality_code


async def load_register(work: Municipal) -> None:
    """The secretariat imports the register of institution numbers, which is invented like the schools."""
    secretariat = await work.platform.caller("secretariat")
    content = invented_register()
    rows = content.count(b"\n") - 1
    upload = Content(content, CSV)
    receipt = await send(secretariat, "registration", upload, kind="institutions", municipality=WHOLE_COUNTRY)
    taken = receipt.accepted + receipt.unchanged
    work.account.check("rows of the register", (taken, receipt.refused), (rows, 0))
    work.account.say(f"the secretariat loads a register of {rows} institution numbers.")


async def send_first(work: Municipal) -> None:
    """Send rosters to registration, then the other files to absence_ingest, which waits for registration's position."""
    caller = await work.platform.caller("municipality_integration", work.code)
    first = [file for file in work.forecast.files if file.stage == "first"]
    services: tuple[Service, Service] = ("registration", "absence_ingest")
    after: str | None = None
    for service in services:
        files = [file for file in first if file.service == service]
        work.account.say(f"to {service}:" + (f" (the first one after {after[:12]}…)" if after else ""))
        await send_files(
            work.account,
            caller,
            files,
            municipality=work.code,
            folder=work.folder,
            sent=work.sent,
            before=work.before,
            after=after,
        )
        last = work.sent.receipts[files[-1].path]
        after = await Imports(caller, service).position(last.id, seconds=POSITION_SECONDS)
    await settle(work.platform)


async def correct(work: Municipal) -> None:
    """Download each file of refused rows, correct those rows and send them again."""
    caller = await work.platform.caller("municipality_integration", work.code)
    rows = []
    for correction in work.forecast.corrections:
        receipt = work.sent.receipts[correction.path]
        returned = await Imports(caller, correction.service).refused_csv(receipt.id)
        again = await send(
            caller,
            correction.service,
            Content(corrected_file(returned, correction), CSV),
            kind=correction.kind,
            municipality=work.code,
            identifier=correction.identifier,
        )
        name = f"{correction.path}, corrected"
        compare(work.account, name, again, correction.expected)
        work.sent.receipts[name] = again
        rows.append((correction.path, receipt.refused, again.accepted, again.unchanged, again.refused))
    work.account.table(("refused rows of", "refused", "then accepted", "unchanged", "refused"), rows)
    await _show_reasons(work, caller)


def corrected_file(returned: bytes, correction: Correction) -> bytes:
    """The returned file with each refused row replaced by its corrected text, as a person would do in a spreadsheet."""
    lines = list(csv.reader(io.StringIO(returned.decode("utf-8-sig")), delimiter=";"))
    place = lines[0].index("_row")
    numbers = [int(line[place]) for line in lines[1:]]
    if sorted(set(numbers)) != sorted(correction.rows):
        raise ValueError(f"{correction.path}: rows {numbers} came back, {sorted(correction.rows)} were expected")
    body = "".join(f"{correction.rows[number]}\n" for number in sorted(set(numbers)))
    return f"{correction.header}\n{body}".encode()


async def _show_reasons(work: Municipal, caller: Caller) -> None:
    path = next(c.path for c in work.forecast.corrections if c.service == "absence_ingest")
    receipt = work.sent.receipts[path]
    refused = [row async for row in Imports(caller, "absence_ingest").refused(receipt.id)]
    work.account.say(f"two of the reasons given for {path}:")
    for row in refused[:2]:
        error = row.errors[0]
        work.account.say(f"  row {row.row}, {error.column}: {error.messages['da']}")
        work.account.say(f"     {error.messages['en']}")


async def send_late(work: Municipal) -> None:
    """Send the late roster to registration. The class's parked absence is replayed; the unknown pupil's rows stay."""
    caller = await work.platform.caller("municipality_integration", work.code)
    late = [file for file in work.forecast.files if file.stage == "late"]
    await send_files(work.account, caller, late, municipality=work.code, folder=work.folder, sent=work.sent)
    await settle(work.platform)
    unknown, rows, imports = work.forecast.unknown_pupil, [], Imports(caller, "absence_ingest")
    waiting = {parked.path for parked in work.forecast.late_class.parked} | {unknown.path}
    for path in sorted(waiting):
        still = len(unknown.rows) if path == unknown.path else 0
        receipt = await _played(imports, work.sent.receipts[path].id, still)
        work.account.check(f"{path}: parked at first", receipt.parked, work.sent.receipts[path].parked)
        work.account.check(f"{path}: parked now", receipt.parked_now, still)
        rows.append((path, receipt.parked, receipt.parked_now))
    work.account.table(("rows waiting for their pupil in", "at first", "now"), rows)
    receipt = work.sent.receipts[unknown.path]
    numbers = [row.row async for row in imports.parked(receipt.id)]
    work.account.check("rows listed as parked", numbers, unknown.rows)
    work.account.say(f"rows {', '.join(map(str, numbers))} of {unknown.path} stay listed: nobody knows that pupil.")
    await settle(work.platform)


async def _played(imports: Imports, receipt_id: UUID, still: int) -> Receipt:
    """The receipt when at most ``still`` rows are parked, or after ``PLAYED_SECONDS``. The worker replays the rows."""
    end = asyncio.get_running_loop().time() + PLAYED_SECONDS
    receipt = await imports.receipt(receipt_id)
    while receipt.parked_now > still and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.2)
        receipt = await imports.receipt(receipt_id)
    return receipt
