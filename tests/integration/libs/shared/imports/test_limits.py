"""Which refused rows are kept, and when a file is stopped: neither depends on where the file is cut."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from libs.shared.db.scope import Scope
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, ReceiptState
from libs.shared.imports.receipts.refusing import MOST_KEPT
from libs.shared.imports.worker import crowds
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DAYS, cpr, day_file, day_lines

BAD = "x"
"""A line that is no row: it has one field."""


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """The bench with slices of many rows, because these files are long."""
    bench.kind = replace(DAYS, slice_rows=2_000)
    return bench


async def kept(bench: Bench, receipt: Receipt) -> tuple[int, int, int]:
    """The number of refused rows that are kept with their text, and the first and the last row number."""
    async with bench.db.read(Scope.of("101")) as session:
        found = await session.execute(
            text("SELECT count(sealed), min(row_no), max(row_no) FROM import_refusal WHERE receipt_id = :id"),
            {"id": receipt.id},
        )
        row = found.one()
        return row[0], row[1], row[2]


@pytest.mark.parametrize("chunk_bytes", [20_000, 10**6])
async def test_the_first_ten_thousand_refused_rows_are_kept_with_their_text_and_all_are_counted(
    bench: Bench, chunk_bytes: int
) -> None:
    bench.chunk_bytes = chunk_bytes
    receipt = await bench.done(day_file([*day_lines(3_000, pupils=300), *[BAD] * 12_000]))
    assert receipt.state is ReceiptState.COMPLETED
    assert counts(receipt) == (15_000, 0, 0, 3_000, 12_000)
    assert receipt.refused_by_code == {"row.columns": 12_000}
    assert await kept(bench, receipt) == (MOST_KEPT, 3_001, 13_000)


async def test_rows_that_the_handler_refuses_are_kept_by_their_place_in_the_file(bench: Bench) -> None:
    """Slices are processed in a different order from the file."""
    lines = [f"{line[:-1]}7" for line in day_lines(11_000, pupils=1_000)]  # the handler refuses seven days
    bench.chunk_bytes = 60_000
    receipt = await bench.done(day_file([*lines, *day_lines(1_400, pupils=1_000)[1_000:]]), mode=Mode.VALIDATE)
    assert receipt.refused_by_code["days.invalid"] == 11_000
    assert await kept(bench, receipt) == (MOST_KEPT, 1, 10_000)
    listing = await bench.refused_csv(receipt)
    assert f"{cpr(0)};2022-08-15;illness;7" in listing


@pytest.mark.parametrize("chunk_bytes", [15_000, 10**6])
async def test_a_file_with_nine_of_ten_rows_refused_after_ten_thousand_is_stopped_and_nothing_written(
    bench: Bench, chunk_bytes: int
) -> None:
    await bench.know(*map(cpr, range(10)))
    bench.chunk_bytes = chunk_bytes
    lines = [*day_lines(900), *[BAD] * 9_100, *day_lines(30_000, pupils=300)[1_000:]]
    receipt = await bench.done(day_file(lines))
    assert (receipt.state, receipt.error, receipt.written) == (ReceiptState.REJECTED, "file.too_many_refused", False)
    assert receipt.rows == receipt.refused >= 9_000
    assert await bench.days() == 0
    # The sender can still read why rows are refused.
    assert (await kept(bench, receipt))[:2] == (min(MOST_KEPT, receipt.refused), 901)
    assert await left(bench) == 0


async def test_a_shorter_file_of_refused_rows_is_no_reason_to_stop(bench: Bench) -> None:
    receipt = await bench.done(day_file([BAD] * 9_000))
    assert (receipt.state, receipt.error, receipt.refused) == (ReceiptState.COMPLETED, None, 9_000)


async def test_a_long_file_with_fewer_refused_rows_is_worked_off(bench: Bench) -> None:
    bench.chunk_bytes = 30_000
    receipt = await bench.done(day_file([*day_lines(1_200, pupils=300), *[BAD] * 9_000]))
    assert (receipt.state, receipt.error) == (ReceiptState.COMPLETED, None)
    assert counts(receipt) == (10_200, 0, 0, 1_200, 9_000)


async def test_a_file_taken_as_a_whole_may_have_so_many_rows_and_no_more(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    bench.atomic_rows = 100
    small = await bench.done(day_file(day_lines(100)), atomic=Atomic.FILE)
    assert (small.state, small.accepted) == (ReceiptState.COMPLETED, 100)
    receipt = await bench.done(day_file([f"{line[:-1]}0" for line in day_lines(101)]), "large", atomic=Atomic.FILE)
    assert (receipt.state, receipt.error, receipt.written) == (ReceiptState.REJECTED, "file.too_many_rows", False)
    assert await bench.days() == 100
    async with bench.db.read(Scope.of("101")) as session:
        assert (await session.execute(text("SELECT sum(days) FROM day"))).scalar_one() == 100


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_group_that_is_too_large_is_refused_and_the_rest_is_taken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    monkeypatch.setattr(crowds, "MOST_OF_A_GROUP", 50)
    monkeypatch.setattr(crowds, "_AT_ONCE", 30)
    await bench.know(*map(cpr, range(11)))
    many = [day_lines(1, pupils=1)[0]] * 70  # the same row repeated
    receipt = await bench.done(day_file([*many, *day_lines(11, pupils=11)[1:]]), mode=mode)
    assert receipt.state is ReceiptState.COMPLETED
    assert counts(receipt) == (80, 10, 0, 0, 70)
    assert receipt.refused_by_code == {"row.group_too_large": 70}
    assert await bench.days() == (10 if mode is Mode.COMMIT else 0)


async def left(bench: Bench) -> int:
    """The number of rows in all tables that hold a file while it is processed."""
    tables = ("import_chunk", "import_slice", "import_claim", "import_staging", "staged_days")
    async with bench.db.read(Scope.of("101")) as session:
        counted = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return int((await session.execute(text(f"SELECT {counted}"))).scalar_one())


async def test_nothing_of_a_final_file_stays_but_its_receipt_and_refused_rows(bench: Bench) -> None:
    bench.chunk_bytes = 4_000
    ways: dict[str, dict[str, Any]] = {"a": {}, "b": {"mode": Mode.VALIDATE}, "c": {"atomic": Atomic.FILE}}
    for key, changed in ways.items():
        await bench.done(day_file([*day_lines(400), BAD]), key, **changed)
    assert await left(bench) == 0
