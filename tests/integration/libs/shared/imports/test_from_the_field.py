"""Whole files, as source systems and spreadsheets write them, from the request body to the final receipt."""

import csv
import json

import pytest

from libs.shared.base.errors import Problem
from libs.shared.files.parse import NDJSON
from libs.shared.imports.receipts.receipt import Atomic, ReceiptState
from libs.shared.privacy.identifiers import IdentifierKind
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import HEADER

PUPILS = ("6101124001", "6101124002")
LINES = [
    HEADER,
    "6101124001;2022-09-05;illness;1",
    "6101124001;2022-09-06;illness;1",
    "6101124002;2022-09-07;illness;0,5",
]
QUOTED = [";".join(f'"{name}"' for name in HEADER.split(";")), *LINES[1:]]


def written(lines: list[str], end: str = "\r\n") -> bytes:
    return "".join(line + end for line in lines).encode()


GOOD_FILES = {
    "lines end in CR": written(LINES, "\r"),
    "lines end in CR, quoted names": written(QUOTED, "\r"),
    "lines end in CR, the last in nothing": written(LINES, "\r").removesuffix(b"\r"),
    "lines end in CR, sep=": b"sep=;\r" + written(LINES, "\r"),
    "sep=": b"sep=;\r\n" + written(LINES),
    "sep= behind a mark": b"\xef\xbb\xbfsep=;\r\n" + written(LINES),
    "rows of separators": written([*LINES, ";;;", ";;;", " ; ;;"]),
    "columns of separators": written([line + ";;" for line in LINES]),
    "names of separators": written([LINES[0] + ";;", *LINES[1:]]),
    "line ends converted twice": written(LINES, "\r\r\n"),
}


async def test_a_good_file_is_taken_however_it_is_written(bench: Bench) -> None:
    bench.chunk_bytes = 60
    for place, (name, data) in enumerate(GOOD_FILES.items()):
        code = str(110 + place)
        await bench.know(*PUPILS, code=code)
        receipt = await bench.done(data, atomic=Atomic.FILE, code=code)
        assert (name, receipt.state, counts(receipt)) == (name, ReceiptState.COMPLETED, (3, 3, 0, 0, 0))
        assert (name, await bench.days(code)) == (name, 3)


async def test_utf_16_is_refused_by_its_name_and_leaves_nothing(bench: Bench) -> None:
    record = json.dumps({"pupil": PUPILS[0], "date": "2022-09-05", "category": "illness", "days": 1})
    for charset in ("utf-16", "utf-16-le", "utf-16-be"):
        for media, text in (("csv", written(LINES).decode()), (NDJSON, record)):
            with pytest.raises(Problem) as caught:
                await bench.send(text.encode(charset), media=media)
            assert (caught.value.status, caught.value.code) == (422, "encoding.utf16")
            assert PUPILS[0] not in str(caught.value.messages)
    assert "receiving" not in await bench.everything()


async def test_rows_are_numbered_as_a_spreadsheet_shows_them_below_the_line_it_hides(bench: Bench) -> None:
    bad = "6101124001;2022-02-30;illness;1"
    plain = await bench.done(written([*LINES, bad]))
    hidden = await bench.done(b"sep=;\r\n" + written([*LINES, bad]), "other")
    assert await bench.refused(plain) == await bench.refused(hidden) == [(4, "date.invalid")]


async def test_a_row_that_fills_a_column_without_a_name_is_refused_and_the_others_are_taken(bench: Bench) -> None:
    await bench.know(*PUPILS)
    receipt = await bench.done(written([LINES[0] + ";;", LINES[1] + ";;x", *LINES[2:]]))
    assert (counts(receipt), await bench.refused(receipt)) == ((3, 2, 0, 0, 1), [(1, "column.unnamed")])
    returned = await bench.refused_csv(receipt)
    assert ";x\r\n" in returned, "what was refused is handed back as it stood"
    named = returned.replace(";;\r\n", ";note;\r\n").replace(";;x", ";x;")
    again = await bench.done(named.encode(), "again")
    assert counts(again) == (1, 1, 0, 0, 0)


async def test_letters_lost_on_the_way_can_be_told_in_what_is_handed_back(bench: Bench) -> None:
    await bench.know(*PUPILS)
    rows = [f"{row};;Søren" for row in LINES[1:]]
    data = written([HEADER + ";institution_number;note", rows[0]]) + written(rows[1:]).replace(
        "ø".encode(), "ø".encode("windows-1252")
    )
    first = await bench.done(data)
    assert await bench.refused(first) == [(2, "encoding.invalid"), (3, "encoding.invalid")]
    returned = await bench.refused_csv(first)
    assert [row["note"] for row in csv.DictReader(returned[1:].splitlines(), delimiter=";")] == ["S\ufffdren"] * 2
    second = await bench.done(returned.encode(), "uncorrected")
    assert await bench.refused(second) == [(1, "value.lost_letters"), (2, "value.lost_letters")]
    third = await bench.done(returned.replace("S\ufffdren", "Søren").encode(), "corrected")
    assert counts(third) == (2, 2, 0, 0, 0)


async def test_a_placeholder_is_nobody_s_identifier(bench: Bench) -> None:
    rows = [LINES[0], *(f"{word};2022-09-05;illness;1" for word in ("NULL", "N/A", "-", "0000000000", "ukendt"))]
    receipt = await bench.done(written(rows), identifier=IdentifierKind.LOCAL_ID)
    assert counts(receipt) == (5, 0, 0, 0, 5), "it would wait for a pupil called NULL"
    assert receipt.refused_by_code == {"identifier.placeholder": 5}


async def test_what_is_kept_of_a_row_with_countless_fields_does_not_grow_with_it(bench: Bench) -> None:
    record = json.dumps({f"k{number}": 1 for number in range(4_000)})
    bench.chunk_bytes = 100_000
    receipt = await bench.done(record.encode(), media=NDJSON)
    assert receipt.refused_by_code == {"column.unknown": 1}
    kept = await bench.everything()
    assert kept.count("column.unknown") < 10
    returned = await bench.refused_csv(receipt)
    assert len(returned) < 40_000
