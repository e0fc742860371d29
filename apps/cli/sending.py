"""``skoleloeft send FILE…``: each file to the service that takes it, its receipt, and its refused rows beside it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from apps.cli import codes
from apps.cli.failures import carried_out
from apps.cli.kinds import FileUnreadable, kind_of, media_of_kind, target_of
from apps.cli.receipt_table import console, table_of, told_beside
from apps.cli.session import calling, municipality_of
from apps.cli.wording import Failure, in_language, print_json, teller
from libs.shared.client.caller import Caller
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import Kind, Receipt, ReceiptState
from libs.shared.client.imports.uploads import File
from libs.shared.client.repeating import Patience
from libs.shared.rules.wording import Text

FIRST_SECONDS = 30.0
_SAVED = Text(
    da="{count} afviste rækker er gemt i {file}. Ret dem, og send filen.",
    en="{count} refused rows are saved in {file}. Correct them and send that file.",
)
_WORKED_ON = Text(da="behandles …", en="being worked on …")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of the command, which hold for every file."""

    kind: str | None
    municipality: str | None
    identifier: str
    charset: str
    validate: bool
    whole: bool
    after: str | None
    snapshot: Mapping[str, str]
    key: str | None
    seconds: float
    save_refused: bool
    language: str
    as_json: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of sending a file: a receipt, or the reason why there is none."""

    file: Path
    exit_code: int
    receipt: Receipt | None = None
    refused_files: tuple[Path, ...] = ()
    failure: Failure | None = None

    def document(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "file": str(self.file),
            "exit_code": self.exit_code,
            "receipt": self.receipt and self.receipt.model_dump(mode="json"),
            "refused_files": [str(each) for each in self.refused_files],
            "error": self.failure and self.failure.document(),
        }


def snapshot_of(*, complete: bool, **parameters: str | None) -> dict[str, str]:
    """The parameters of a complete file; the platform says what is missing or too much."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return {**({"scope": "complete"} if complete else {}), **given}


def run(files: Sequence[Path], wishes: Wishes) -> int:
    """Send the files one after the other; returns the highest of their exit codes. One that is not taken at all ends
    the command, as those that follow may build on it.
    """
    sent: list[Sent] = []
    failures: list[Failure] = []

    async def command() -> int:
        async with calling(seconds=wishes.seconds) as (caller, login):
            municipality = municipality_of(login, wishes.municipality)
            # A service that does not answer at the start is reported soon; later, an answer is waited for.
            taken = await kinds_taken(caller.patient(Patience(seconds=min(wishes.seconds, FIRST_SECONDS))))
            for file in files:
                sent.append(await _tried(file, caller, taken, municipality, wishes))
                if sent[-1].receipt is None:
                    break
        return max(each.exit_code for each in sent)

    code = asyncio.run(carried_out(command, failures.append))
    if wishes.as_json:
        error = failures[0].document() if failures else None
        print_json({"files": [each.document() for each in sent], "error": error})
    else:
        _show(sent, wishes.language)
        for failure in failures:
            teller(wishes.language, as_json=False)(failure)
    return code


async def _tried(file: Path, caller: Caller, taken: dict[str, list[Kind]], municipality: str, wishes: Wishes) -> Sent:
    found: list[Sent] = []
    failures: list[Failure] = []

    async def command() -> int:
        found.append(await _send(file, caller, taken, municipality, wishes))
        return found[0].exit_code

    code = await carried_out(command, failures.append)
    return found[0] if found else Sent(file, code, failure=failures[0])


async def kinds_taken(caller: Caller) -> dict[str, list[Kind]]:
    """The kinds of file that the login may send, by service."""
    return {service: await Imports(caller, service).kinds() for service in caller.addresses.services}


async def _send(path: Path, caller: Caller, taken: dict[str, list[Kind]], municipality: str, wishes: Wishes) -> Sent:
    try:
        kind = wishes.kind
        if kind is None:
            kind = await asyncio.to_thread(kind_of, path, wishes.charset)
        upload = File.of(path, wishes.charset, media_of_kind(kind))
        target = target_of(kind, taken)
        imports = Imports(caller, target.service)
        with _progress() as bar:
            task = bar.add_task(path.name, total=upload.size)
            receipt = await imports.send(
                upload,
                kind=target.kind,
                municipality=municipality,
                identifier=wishes.identifier,
                mode="validate" if wishes.validate else None,
                atomic="file" if wishes.whole else None,
                after=wishes.after,
                snapshot=wishes.snapshot,
                key=wishes.key,
                progress=lambda done: bar.update(task, completed=done),
            )
            bar.update(task, description=f"{path.name}: {in_language(_WORKED_ON, wishes.language)}")
            receipt = await imports.final(receipt, seconds=wishes.seconds)
        saved = await _saved(imports, path, receipt) if wishes.save_refused else ()
    except OSError:
        raise FileUnreadable from None
    return Sent(path, code_of(receipt), receipt, saved)


async def _saved(imports: Imports, path: Path, receipt: Receipt) -> tuple[Path, ...]:
    """The files with the refused rows, if there are any: next to the file sent, named after the receipt; for a file of
    several kinds one for each, named after the kind, too.
    """
    saved = []
    for part in receipt.parts or [receipt]:
        if part.refused:
            kind = f"-{part.kind}" if receipt.parts else ""
            target = path.with_name(f"{path.name.split('.')[0]}.refused{kind}-{str(part.id)[:8]}.csv")
            await imports.save_refused(part.id, target)
            saved.append(target)
    return tuple(saved)


def code_of(receipt: Receipt) -> int:
    """The exit code for a receipt that is final or held."""
    if receipt.state in {ReceiptState.FAILED, ReceiptState.CANCELLED}:
        return codes.NOT_DONE
    undone = receipt.state in {ReceiptState.HELD, ReceiptState.REJECTED, ReceiptState.REPLACED}
    return codes.NOT_ALL if receipt.refused or undone else codes.OK


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    error = console(stderr=True)
    return Progress(*columns, console=error, transient=True, disable=not error.is_terminal)


def _show(sent: Sequence[Sent], language: str) -> None:
    out = console()
    received = [(str(each.file), each.receipt) for each in sent if each.receipt is not None]
    if received:
        out.print(table_of(received, language))
    for each in sent:
        if each.failure is not None:
            teller(language, as_json=False, file=str(each.file))(each.failure)
        if each.receipt is None:
            continue
        lines = told_beside(each.receipt, language)
        parts = [part for part in each.receipt.parts or [each.receipt] if part.refused]
        for part, file in zip(parts, each.refused_files, strict=False):
            lines.append(in_language(_SAVED, language).format(count=part.refused, file=file))
        for line in lines:
            out.print(f"{each.file}: {line}", markup=False)
