"""The part of two other municipalities, which send the files that their systems already make: one SkoleGrunddata, the
other OneRoster. A file that lacks too many pupils is held; a pupil transfers from one municipality to the other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from journey.account import Account
from journey.municipal import CSV
from journey.platform import Platform
from journey.sending import Sent, send
from libs.shared.base.municipalities import municipality_name
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import Receipt
from libs.shared.client.imports.uploads import Content
from synthetic import country, roster
from synthetic.layout import Layout, lay_out
from synthetic.oneroster import files as oneroster
from synthetic.oneroster.forecast import RosterForecast
from synthetic.roster import Pupil
from synthetic.skolegrunddata import files as skolegrunddata
from synthetic.skolegrunddata.forecast import SnapshotForecast

PUPILS, SEED, YEAR = 120, 7, 1
XML, ZIP = "application/xml", "application/zip"
FIRST, HOLE, LATER = date(2023, 5, 2), date(2023, 5, 9), date(2023, 5, 10)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the part works with. The first pupils' numbers keep the municipalities apart."""

    account: Account
    platform: Platform
    folder: Path
    sent: Sent
    xml: Layout = field(default_factory=lambda: lay_out("147", PUPILS, SEED, 10_000))
    zip: Layout = field(default_factory=lambda: lay_out("157", PUPILS, SEED, 20_000))

    @property
    def mover(self) -> Pupil:
        """The pupil who transfers: the first of a school's last class, with a CPR number by which one is known."""
        lines = [line for line in self.xml.lines[0] if line.exists(YEAR)]
        return next(each for each in roster.of_line(self.xml, lines[-1]) if each.cpr_number)


async def join(work: Neighbours) -> None:
    """Both send their schools: neither format says of what kind a school is."""
    for layout in (work.xml, work.zip):
        content = country.csv(layout, "schools")
        receipt = await _send(work, layout, content, CSV, "schools")
        work.account.check(f"{layout.code}: schools", receipt.accepted, len(layout.schools))
        work.sent.receipts[f"{layout.code}-schools.csv"] = receipt
        work.account.say(f"{municipality_name(layout.code)} ({layout.code}) sends its {receipt.accepted} schools.")


async def send_rosters(work: Neighbours) -> None:
    """Each sends its classes and pupils as its own system exports them."""
    rows = [await _xml(work, each) for each in _snapshots(work, FIRST)]
    rows += [await _zip(work, each) for each in _rosters(work, FIRST)]
    work.account.table(("file", "classes and pupils", "accepted", "refused", "reasons"), rows)


async def hold(work: Neighbours) -> None:
    """A file in which a third of a school's pupils is missing changes nothing until somebody decides; it is rejected.
    The next day's file lacks one pupil, who has moved away.
    """
    gone = range(work.xml.lines[0][0].first_number, work.xml.next_number, 3)
    lacking = _snapshots(work, HOLE, without=frozenset(gone))[0]
    imports = Imports(await work.platform.caller("municipality_integration", work.xml.code), "registration")
    held = await _send(work, work.xml, _read(work, lacking.path), XML, "skolegrunddata")
    work.account.check(f"{lacking.path} with a hole: state", held.state, "held")
    leaving = held.snapshot.leaving if held.snapshot else 0
    work.account.say(f"{lacking.path}: {leaving} pupils would leave. The file is held, with the difference by class:")
    rows = [(each.class_name, each.joined, each.left, each.moved_in) async for each in imports.difference(held.id)]
    work.account.check("pupils who leave, by class", sum(row[2] for row in rows), leaving)
    work.account.table(("class", "join", "leave", "move in"), rows)
    rejected = await imports.reject(held.id)
    work.account.check("the held file: state", rejected.state, "rejected")
    whole = _snapshots(work, LATER, without={work.mover.number})[0]
    receipt = await _send(work, work.xml, _read(work, whole.path), XML, "skolegrunddata")
    closed = receipt.snapshot.closed if receipt.snapshot else None
    work.account.check(f"{whole.path} a day later: state, memberships ended", (receipt.state, closed), ("completed", 1))
    work.sent.receipts[f"{whole.path}, later"] = receipt
    work.account.say(
        f"It is rejected. The next day's file is whole: {receipt.unchanged} rows unchanged, one pupil left."
    )


async def transfer(work: Neighbours) -> None:
    """The pupil begins in the other municipality, which sends what changed. Each keeps an id of its own for the pupil,
    and neither learns where the pupil was or went.
    """
    line = next(
        line for line in work.zip.lines[0] if line.exists(YEAR) and line.grade(YEAR) == work.mover.line.grade(YEAR)
    )
    newcomer = roster.transferred(work.mover, work.zip, line, YEAR, LATER)
    for delta in _rosters(work, LATER, since=FIRST, newcomers=[newcomer]):
        row = await _zip(work, delta)
        work.account.table(("file", "classes and pupils", "accepted", "refused", "reasons"), [row])
    work.account.say(
        f"A pupil of {work.xml.code} now is a pupil of {work.zip.code}, with an id of its own in each; the register of "
        "persons joins them, and neither municipality is told."
    )


def _snapshots(work: Neighbours, on: date, without: Iterable[int] = ()) -> list[SnapshotForecast]:
    return skolegrunddata.write(
        work.folder / "skolegrunddata",
        code=work.xml.code,
        pupils=PUPILS,
        seed=SEED,
        first_pupil=work.xml.lines[0][0].first_number,
        packages=("import", "full"),
        years=(YEAR,),
        on=on,
        dirty=on == FIRST,
        without=frozenset(without),
    )


def _rosters(
    work: Neighbours, on: date, *, since: date | None = None, newcomers: Iterable[Pupil] = ()
) -> list[RosterForecast]:
    return oneroster.write(
        work.folder / "oneroster",
        code=work.zip.code,
        pupils=PUPILS,
        seed=SEED,
        first_pupil=work.zip.lines[0][0].first_number,
        years=(YEAR,),
        on=on,
        since=since,
        dirty=since is None,
        newcomers=list(newcomers),
    )


async def _xml(work: Neighbours, file: SnapshotForecast) -> tuple[object, ...]:
    content = _read(work, file.path)
    receipt = await _send(work, work.xml, content, XML, "skolegrunddata")
    refused = Counter(each.code for each in file.refused)
    return _compared(work, file.path, receipt, file.classes + file.pupils, refused)


async def _zip(work: Neighbours, file: RosterForecast) -> tuple[object, ...]:
    receipt = await _send(work, work.zip, _read(work, file.path), ZIP, "oneroster")
    refused = Counter(each.code for each in file.refused)
    return _compared(work, file.path, receipt, file.classes + file.pupils, refused)


def _compared(work: Neighbours, name: str, receipt: Receipt, rows: int, refused: Counter[str]) -> tuple[object, ...]:
    """A line of the table, after the counts are checked against the forecast."""
    work.account.check(f"{name}: state, rows", (receipt.state, receipt.rows), ("completed", rows))
    work.account.check(f"{name}: reasons", receipt.refused_by_code, dict(refused))
    work.account.check(f"{name}: accepted", receipt.accepted, rows - refused.total())
    work.sent.receipts[name] = receipt
    reasons = ", ".join(f"{code} × {number}" for code, number in receipt.refused_by_code.items())
    return name, receipt.rows, receipt.accepted, receipt.refused, reasons


def _read(work: Neighbours, path: str) -> bytes:
    folder = "oneroster" if path.endswith(".zip") else "skolegrunddata"
    return (work.folder / folder / path).read_bytes()


async def _send(work: Neighbours, layout: Layout, content: bytes, media: str, kind: str) -> Receipt:
    caller = await work.platform.caller("municipality_integration", layout.code)
    return await send(caller, "registration", Content(content, media), kind=kind, municipality=layout.code)
