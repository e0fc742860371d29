"""Files of SkoleGrunddata whose upload breaks off, whose worker is killed, and whose staged rows a crash empties."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from libs.shared.db.scope import Scope
from libs.shared.files.skolegrunddata.declared import SKOLEGRUNDDATA
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState
from services.registration.roster.classes.use_cases import ClassImport
from services.registration.roster.pupils.use_cases.importing import PupilImport
from tests.integration.services.registration.roster.pupils.snapshots import ends
from tests.integration.services.registration.roster.xml_files import school
from tests.integration.services.registration.service import Registration

SMALL = 512 * 1024
SCHOOLS = "institution_number;name;kind\n910101;Prøveskolen;public\n"


async def body(content: str, *, until: int | None = None) -> AsyncIterator[bytes]:
    """The file in pieces; one that breaks off after ``until`` bytes."""
    data = content.encode()
    for start in range(0, until or len(data), 1000):
        yield data[start : min(start + 1000, until or len(data))]
    if until is not None:
        raise ConnectionResetError


async def at_rest(registration: Registration, receipt: Receipt, *, together_bytes: int = 0) -> Receipt:
    worker = registration.worker(together_bytes=together_bytes)
    for _ in range(500):
        if (receipt := await registration.receipt(receipt)).at_rest:
            return receipt
        await worker.work_once()
    raise AssertionError("the receipt never came to rest")


async def killed_in(
    monkeypatch: pytest.MonkeyPatch,
    registration: Registration,
    receipt: Receipt,
    handler: type,
    name: str,
    *,
    together_bytes: int = 0,
) -> None:
    """Cancel a worker in the midst of a step of the handler, as if its process were killed."""
    reached, usual = asyncio.Event(), getattr(handler, name)

    async def hanging(self: Any, *given: Any) -> Any:
        await usual(self, *given)
        reached.set()
        await asyncio.sleep(600)

    with monkeypatch.context() as patched:
        patched.setattr(handler, name, hanging)
        working = asyncio.create_task(at_rest(registration, receipt, together_bytes=together_bytes))
        async with asyncio.timeout(60):
            await reached.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def classes(registration: Registration) -> list[str]:
    return [row["name"] for row in await registration.rows("SELECT name FROM class_ ORDER BY name", "101")]


async def test_an_upload_that_broke_off_goes_on_after_its_last_chunk_and_nothing_is_twice(
    registration: Registration,
) -> None:
    await registration.send("schools", SCHOOLS)
    content = school({"5A": range(1, 41), "5B": range(41, 81)})
    for until in (20_000, 40_000):
        with pytest.raises(ConnectionResetError):
            await registration.queue_parts(SKOLEGRUNDDATA, body(content, until=until), key="one", chunk_bytes=1500)
    stored = await registration.rows("SELECT receipt_id, seq FROM import_chunk", "101")
    assert stored
    await registration.settle()
    assert await classes(registration) == []
    sent = await registration.queue_parts(SKOLEGRUNDDATA, body(content), key="one", chunk_bytes=1500)
    assert set(map(tuple, (row.values() for row in stored))) <= {
        tuple(row.values()) for row in await registration.rows("SELECT receipt_id, seq FROM import_chunk", "101")
    }
    found = await at_rest(registration, sent)
    assert (found.state, found.accepted, found.refused, len(found.parts)) == (ReceiptState.COMPLETED, 82, 0, 2)


async def test_a_killed_worker_leaves_a_whole_file_to_the_next(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registration.send("schools", SCHOOLS)
    await at_rest(registration, await registration.queue_parts(SKOLEGRUNDDATA, body(school())))
    few = school({"5A": range(2, 13), "5C": range(13, 25)}, day=4)
    sent = await registration.queue_parts(SKOLEGRUNDDATA, body(few))
    await killed_in(monkeypatch, registration, sent, PupilImport, "compare")
    assert await classes(registration) == ["5A", "5B"]
    await killed_in(monkeypatch, registration, sent, ClassImport, "write")
    await killed_in(monkeypatch, registration, sent, PupilImport, "write")
    assert await classes(registration) == ["5A", "5B", "5C"]
    await killed_in(monkeypatch, registration, sent, PupilImport, "close")
    found = await at_rest(registration, sent)
    assert (found.state, found.accepted, found.unchanged, found.closed) == (ReceiptState.COMPLETED, 13, 12, 1)
    assert (await ends(registration))[1] == "2022-10-04"


async def test_a_small_file_is_done_with_one_claim(registration: Registration) -> None:
    await registration.send("schools", SCHOOLS)
    first, second = [await registration.queue_parts(SKOLEGRUNDDATA, body(school(day=day))) for day in (1, 2)]
    worker = registration.worker(together_bytes=SMALL)
    await worker.work_once()
    assert ((await registration.receipt(first)).state, len(await ends(registration))) == (ReceiptState.COMPLETED, 24)
    # The parts of the second one had to wait for those of the first.
    assert (await registration.receipt(second)).state is not ReceiptState.WORKING
    await worker.work_once()
    assert (await registration.receipt(second)).unchanged == 26


async def test_a_worker_that_is_killed_in_a_small_file_leaves_nothing_of_it_written(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registration.send("schools", SCHOOLS)
    sent = await registration.queue_parts(SKOLEGRUNDDATA, body(school()))
    await killed_in(monkeypatch, registration, sent, PupilImport, "write", together_bytes=SMALL)
    assert await classes(registration) == []
    found = await at_rest(registration, sent, together_bytes=SMALL)
    assert (found.state, found.accepted, found.refused) == (ReceiptState.COMPLETED, 26, 0)


async def test_a_small_file_whose_pupils_cannot_be_written_keeps_the_steps_before(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: Any) -> None:
        raise ValueError

    await registration.send("schools", SCHOOLS)
    sent = await registration.queue_parts(SKOLEGRUNDDATA, body(school()))
    with monkeypatch.context() as patched:
        patched.setattr(PupilImport, "write", failing)
        await registration.worker(together_bytes=SMALL).work_once()
    assert (await classes(registration), await ends(registration)) == (["5A", "5B"], {})
    found = await at_rest(registration, sent, together_bytes=SMALL)
    assert (found.state, found.accepted, found.refused) == (ReceiptState.COMPLETED, 26, 0)


async def test_a_crash_of_the_server_that_empties_the_staged_rows_changes_nothing(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registration.send("schools", SCHOOLS)
    sent = await registration.queue_parts(SKOLEGRUNDDATA, body(school()))
    for handler, name in ((PupilImport, "compare"), (ClassImport, "write"), (PupilImport, "write")):
        await killed_in(monkeypatch, registration, sent, handler, name)
        async with registration.db.write(Scope.of("101")) as session:
            for table in ("staged_classes", "staged_pupils", "import_staging"):
                await session.execute(text(f"DELETE FROM {table}"))
    found = await at_rest(registration, sent)
    assert (found.state, found.accepted, found.refused) == (ReceiptState.COMPLETED, 26, 0)
    assert len(await ends(registration)) == 24


async def test_files_of_one_moment_in_two_schools_are_both_taken(registration: Registration) -> None:
    """Classes and pupils of both wait for each other in one order."""
    await registration.send("schools", SCHOOLS + "910102;Syd;public\n")
    files = [school(), school({"6A": range(31, 41)}, number="910102"), school({"5A": range(1, 25)}, day=5)]
    sent = [await registration.queue_parts(SKOLEGRUNDDATA, body(each)) for each in files]
    async with registration.db.write(Scope.of("101")) as session:
        # The third is queued later: of two files of one school the newer must not be first, or the other is too old.
        moments = [("2023-01-01", sent[0]), ("2023-01-01", sent[1]), ("2023-01-02", sent[2])]
        for moment, receipt in moments:
            statement = "UPDATE import_receipt SET queued_at = CAST(:moment AS text)::timestamptz WHERE part_of = :id"
            await session.execute(text(statement), {"moment": moment, "id": receipt.id})
    found = [await at_rest(registration, each) for each in sent]
    assert [each.state for each in found[:2]] == [ReceiptState.COMPLETED] * 2
    assert found[2].state in {ReceiptState.COMPLETED, ReceiptState.HELD}
