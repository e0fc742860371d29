"""The evaluator's part: order anonymous tables, download the bundle, check what it says of itself."""

import asyncio
import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from deploy.journey.account import Account
from deploy.journey.platform import Platform

BUILD_SECONDS = 120.0
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


async def order(platform: Platform, school_year: str) -> tuple[dict[str, Any], bytes]:
    """An ``aggregate`` delivery, ready, and its bundle."""
    evaluator = await platform.caller("evaluator")
    body = {"product": "aggregate", "school_year": school_year}
    delivery = await evaluator.post("evaluation_export", "/v1/deliveries", body)
    async with asyncio.timeout(BUILD_SECONDS):
        while delivery["status"] == "requested":
            await asyncio.sleep(0.2)
            delivery = await evaluator.get("evaluation_export", f"/v1/deliveries/{delivery['id']}")
    if delivery["status"] != "ready":
        raise RuntimeError(f"the delivery failed: {delivery['failure']}")
    return delivery, await evaluator.content("evaluation_export", f"/v1/deliveries/{delivery['id']}/bundle")


def check_bundle(account: Account, delivery: dict[str, Any], bundle: bytes, folder: Path) -> dict[str, bytes]:
    """Checksums, no id of the bus, and the files kept in ``folder`` to be looked at; returns the files by name."""
    account.check("bundle's checksum", hashlib.sha256(bundle).hexdigest(), delivery["bundle_sha256"])
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    listed = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    seen = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    account.check("checksums in the manifest", seen, listed)
    account.check("ids of the bus in the bundle", sum(len(UUID.findall(content)) for content in files.values()), 0)
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return files


def show_table(account: Account, content: bytes, *, most: int = 12) -> list[dict[str, str]]:
    """The first rows of a CSV table of the bundle, without those that count nobody."""
    rows = [row for row in csv.DictReader(io.StringIO(content.decode())) if row.get("pupils") != "0"]
    if rows:
        account.table(tuple(rows[0]), [tuple(row.values()) for row in rows[:most]])
    if len(rows) > most:
        account.say(f"… {len(rows) - most} more rows")
    return rows
