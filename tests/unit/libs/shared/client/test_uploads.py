"""An upload reads the file again for each attempt, in pieces, and its key follows from the file."""

import gzip
import os
import stat
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.errors import FileChanged, NotFinal
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.uploads import PIECE, Content, File, key_of
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import GivenToken
from libs.shared.files.kinds.absence import ABSENCE
from libs.shared.imports.http import examples
from tests.factories.scripted_server import Cut, Say, Script, scripted


def imports(http: httpx.AsyncClient, script: Script) -> Imports:
    addresses = Addresses({"registration": script.address}, "")
    return Imports(Caller(http, addresses, GivenToken("t"), Patience(5.0, 0.01, 0.02)), "registration")


def receipt(**changes: Any) -> Say:
    return Say(200, examples.receipt(ABSENCE) | changes)


@pytest.mark.parametrize(
    ("name", "content", "content_type", "packed"),
    [
        ("absence.csv", b"pupil;date\n", "text/csv; charset=iso-8859-1", False),
        ("absence.ndjson", b"{}\n", "application/x-ndjson", False),
        ("absence.csv.gz", gzip.compress(b"a;b\n", mtime=0), "text/csv; charset=iso-8859-1", True),
        ("absence.NDJSON.GZ", gzip.compress(b"{}\n", mtime=0), "application/x-ndjson", True),
        ("packed.csv", gzip.compress(b"a;b\n", mtime=0), "text/csv; charset=iso-8859-1", True),
    ],
)
def test_what_a_file_is(tmp_path: Path, name: str, content: bytes, content_type: str, packed: bool) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = File.of(path, "iso-8859-1")
    assert (found.content_type, found.gzip, found.size) == (content_type, packed, len(content))


async def test_an_upload_that_is_cut_off_is_sent_again_whole_and_with_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "absence.csv"
    path.write_bytes(os.urandom(3 * PIECE))
    told: list[int] = []
    async with scripted([Cut(PIECE), Cut(2 * PIECE), receipt()]) as script, httpx.AsyncClient() as http:
        found = await imports(http, script).send(
            File.of(path), kind="absence", municipality="101", mode="validate", after="p1.x", progress=told.append
        )
    assert found.final
    assert found.refused == 4
    assert [len(asked.body) for asked in script.asked] == [PIECE, 2 * PIECE, 3 * PIECE]
    assert script.asked[-1].body == path.read_bytes()
    assert len({asked.headers["idempotency-key"] for asked in script.asked}) == 1
    assert script.asked[-1].headers["prefer"] == "wait=30"
    assert script.asked[-1].target == "/v1/imports?kind=absence&municipality=101&mode=validate&after=p1.x"
    assert told[-1] == 3 * PIECE


async def test_a_large_file_is_never_whole_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "absence.csv"
    with path.open("wb") as opened:
        opened.truncate(64 * 1024 * 1024)
    upload = File.of(path)
    tracemalloc.start()
    try:
        sent = [len(piece) async for piece in upload.pieces()]
        key_of(upload, {})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sent) == 64 * 1024 * 1024
    assert peak < 4 * 1024 * 1024


async def test_a_file_that_changes_while_it_is_sent_is_told(tmp_path: Path) -> None:
    path = tmp_path / "absence.csv"
    path.write_bytes(bytes(2 * PIECE))
    upload = File.of(path)
    pieces = upload.pieces()
    await anext(pieces)
    path.write_bytes(bytes(PIECE))
    with pytest.raises(FileChanged, match=r"absence\.csv"):
        await anext(pieces)


def test_the_key_follows_from_content_parameters_and_the_moment_of_writing(tmp_path: Path) -> None:
    path = tmp_path / "absence.csv"
    path.write_bytes(b"a;b\n")
    first = key_of(File.of(path), {"kind": "absence"})
    assert key_of(File.of(path), {"kind": "absence"}) == first
    assert key_of(File.of(path), {"kind": "pupils"}) != first
    assert key_of(File.of(path, "windows-1252"), {"kind": "absence"}) != first
    os.utime(path, ns=(1, 1))
    assert key_of(File.of(path), {"kind": "absence"}) != first, "exported again: to be taken again"
    assert key_of(Content(b"a", "text/csv"), {}) != key_of(Content(b"b", "text/csv"), {})


async def test_refused_rows_are_for_their_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    target = tmp_path / "refused.csv"
    async with scripted([Say(200, "rows")]) as script, httpx.AsyncClient() as http:
        somebody = imports(http, script)
        assert await somebody.save_refused("1", target)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        target.write_text("corrected")
        assert not await somebody.save_refused("1", target)
    assert target.read_text() == "corrected"
    assert os.listdir(tmp_path) == ["refused.csv"]


async def test_a_receipt_is_looked_at_until_it_is_final(tmp_path: Path) -> None:
    async with scripted([receipt(state="working"), receipt(state="cancelled")]) as script, httpx.AsyncClient() as http:
        somebody = imports(http, script)
        found = await somebody.receipt("1")
        assert not found.final
        assert (await somebody.final(found, seconds=10)).state == "cancelled"
        script.steps[:] = [receipt(state="queued")]
        with pytest.raises(NotFinal):
            await somebody.final(await somebody.receipt("1"), seconds=0.3)


async def test_lists_are_read_to_their_last_page() -> None:
    row = {"kind": "absence", "reason": "unknown_pupil", "identifier": None, "parked_at": "2022-10-03T08:00:00Z"}
    row["refused_at"] = "2023-01-03T08:00:00Z"
    pages = [Say(200, {"items": [row | {"row": n}], "next_page_token": token}) for n, token in ((1, "t"), (2, None))]
    async with scripted(pages) as script, httpx.AsyncClient() as http:
        assert [each.row async for each in imports(http, script).parked("1")] == [1, 2]
    assert [asked.target.partition("?")[2] for asked in script.asked] == ["page_size=200", "page_size=200&page_token=t"]
