"""The evaluator's part: order anonymous tables, download the bundle, check its manifest and its figures."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from journey.account import Account
from journey.platform import Platform
from journey.school import Enrolled
from libs.shared.client.evaluation_export.client import EvaluationExport
from libs.shared.client.evaluation_export.models import Delivery, DeliveryStatus, Order

BUILD_SECONDS = 120.0
FEW = 5
FIGURES = ("pupils", "mean_days", "courses")
ONE_DECIMAL = re.compile(r"\d+\.\d")
BUS_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


async def order(platform: Platform, school_year: str) -> tuple[Delivery, bytes]:
    """A finished ``aggregate`` delivery and its bundle. Raises ``RuntimeError`` if it failed."""
    evaluator = EvaluationExport(await platform.caller("evaluator"))
    ordered = await evaluator.order(Order(product="aggregate", school_year=school_year))
    delivery = await evaluator.built(ordered, seconds=BUILD_SECONDS)
    if delivery.status is not DeliveryStatus.READY:
        raise RuntimeError(f"the delivery failed: {delivery.failure}")
    return delivery, await evaluator.bundle(delivery.id)


def check_bundle(account: Account, delivery: Delivery, bundle: bytes, folder: Path) -> dict[str, bytes]:
    """Check the checksums and that no id of the events is in the bundle, and write the files to ``folder`` for people
    to read. Returns the files by name.
    """
    account.check("bundle's checksum", hashlib.sha256(bundle).hexdigest(), delivery.bundle_sha256)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    listed = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    seen = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    account.check("checksums in the manifest", seen, listed)
    account.check("ids of the bus in the bundle", sum(len(BUS_ID.findall(content)) for content in files.values()), 0)
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return files


def show_table(account: Account, content: bytes, *, most: int = 12) -> list[dict[str, str]]:
    """Write the first ``most`` rows with a figure of a CSV table of the bundle; returns all its rows."""
    rows = _rows(content)
    shown = [row for row in rows if any(row.get(column) for column in FIGURES)]
    if shown:
        account.table(tuple(shown[0]), [tuple(row.values()) for row in shown[:most]])
    if len(shown) > most:
        account.say(f"… {len(shown) - most} more rows with figures")
    account.say(f"{len(rows) - len(shown)} rows show none: fewer than {FEW} pupils, or hidden to protect others")
    return rows


def check_figures(account: Account, files: dict[str, bytes], enrolled: Sequence[Enrolled]) -> None:
    """Compare the participants' table with the school's own enrolments, which are rounded here independently.

    A pupil counts in the type that they began first. A number below five is hidden. Other numbers are rounded to the
    nearest five; they may be hidden to protect others, except for the types' totals.
    """
    first = _first(enrolled)
    types: dict[UUID, set[str]] = {}
    for one in enrolled:
        types.setdefault(one.pupil_id, set()).add(one.variant[0])
    expected = Counter(
        (one.variant[0], variant, grade)
        for one in first.values()
        for variant in ("all", one.variant)
        for grade in ("all", str(one.grade))
    )
    rows = _rows(files["data/participants.csv"])
    wrong = []
    for row in rows:
        place = (row["letter"], row["variant"], row["grade"])
        may_be_hidden = place[1:] != ("all", "all") or expected[place] < FEW
        if row["pupils"] != _rounded(expected[place]) and not (may_be_hidden and row["pupils"] == ""):
            wrong.append((*place, row["pupils"]))
    account.check("participants that are not the enrolled, rounded", wrong, [])
    enrolled_row = next(row for row in _rows(files["population_flow.csv"]) if row["code"] == "enrolled")
    account.check("pupils enrolled in the population flow", enrolled_row["pupils_left"], _rounded(len(first)))
    several = sum(len(letters) > 1 for letters in types.values())
    account.check("pupils in several types", _rows(files["several_types.csv"])[0]["pupils"], _rounded(several))
    account.check("participants printed at all", any(row["pupils"] for row in rows), True)
    means = [row["mean_days"] for row in _rows(files["data/absence.csv"]) if row["mean_days"]]
    account.check("means without one decimal", [mean for mean in means if not ONE_DECIMAL.fullmatch(mean)], [])
    account.check("means printed at all", bool(means), True)


def check_selections(
    account: Account, content: bytes, enrolled: Sequence[Enrolled], selected: Mapping[str, set[UUID]]
) -> None:
    """Compare the table about selections with the decisions that were made, among the pupils who are enrolled.

    A number may be hidden to protect others, except for those of all who were selected with their class.
    """
    first = _first(enrolled)
    expected = Counter(
        (letter, code)
        for code, pupils in selected.items()
        for one in pupils & first.keys()
        for letter in ("all", first[one].variant[0])
    )
    rows, wrong = _rows(content), []
    for row in rows:
        place = (row["letter"], row["code"])
        may_be_hidden = place != ("all", "class")
        if row["pupils"] != _rounded(expected[place]) and not (may_be_hidden and row["pupils"] == ""):
            wrong.append((*place, row["pupils"], expected[place]))
    account.check("selections that are not the decisions, rounded", wrong, [])
    account.check("rows about selections", len(rows), len({(row["letter"], row["code"]) for row in rows}))


def _first(enrolled: Sequence[Enrolled]) -> dict[UUID, Enrolled]:
    """The enrolment that each pupil began first."""
    first: dict[UUID, Enrolled] = {}
    for one in sorted(enrolled, key=lambda one: (one.start, one.variant, one.grade)):
        first.setdefault(one.pupil_id, one)
    return first


def _rounded(number: int) -> str:
    return "" if number < FEW else str((number + 2) // 5 * 5)


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))
