"""Runs the peer that imports absence row by row, in its own process on its own database."""

import hashlib
import hmac
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
from sqlalchemy import make_url

from benchmarks.municipality import FIRST_YEAR, Municipality
from benchmarks.places import until
from deploy.embedded.children import Child
from synthetic.school_days import bounds, school_days
from tests.realparts.ports import free_port

SECONDS = 300.0
"""The longest time for a file."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Its address, its database and the key of its identifiers."""

    address: str
    database: str
    key: bytes

    async def is_ready(self) -> bool:
        """Whether it listens."""
        async with httpx.AsyncClient(timeout=5) as client:
            try:
                return (await client.get(f"{self.address}/health/ready")).is_success
            except httpx.TransportError:
                return False

    async def take_in(self, municipality: Municipality) -> float:
        """Write the municipality's pupils and school days, and send its file. Returns the file's seconds."""
        first, after = bounds(FIRST_YEAR)
        pupils = [
            (
                pupil_id,
                hmac.digest(self.key, number.encode(), hashlib.sha256).hex(),
                municipality.school_id,
                first,
                after,
            )
            for number, pupil_id in municipality.pupils.items()
        ]
        connection = await asyncpg.connect(self.database)
        try:
            await connection.copy_records_to_table("pupil", records=pupils)
            days = [(municipality.school_id, day) for day in school_days(FIRST_YEAR)]
            await connection.copy_records_to_table("schoolday", records=days)
        finally:
            await connection.close()
        content, began = municipality.file(), time.perf_counter()
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            answer = (await client.post(f"{self.address}/absence", content=content)).raise_for_status().json()
        seconds = time.perf_counter() - began
        if answer["accepted"] != content.count(b"\n") - 1:
            raise RuntimeError(f"the peer says {answer}")
        return seconds


@asynccontextmanager
async def row_by_row(admin_url: str, environment: dict[str, str], folder: Path) -> AsyncIterator[Peer]:
    """The peer, ready, on the server of ``admin_url``; its process and database are removed afterwards."""
    name, key, port = f"peer_{secrets.token_hex(4)}", secrets.token_bytes(32), free_port()
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        url = make_url(admin_url).set(database=name)
        told = {
            "PEER_DATABASE": url.set(drivername="postgresql+asyncpg", query={}).render_as_string(hide_password=False),
            "PEER_KEY": key.hex(),
        }
        child = Child(name, ["benchmarks.peers.row_by_row", str(port)], environment | told, folder / f"{name}.log")
        peer = Peer(f"http://127.0.0.1:{port}", url.render_as_string(hide_password=False), key)
        await child.start()
        try:
            await until(peer.is_ready, every=0.1)
            yield peer
        finally:
            await child.stop()
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
