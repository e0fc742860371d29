"""No table holds an identifier in the clear, and nobody sees another municipality's rows."""

import base64
import csv
import io

import pytest
from sqlalchemy import text

from libs.shared.base.errors import NotFound
from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Batch, Judged
from libs.shared.privacy.keys import KeyRing
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DaysHandler, cpr, day_file, day_lines

UNKNOWN = cpr(77)
WRONG = "6113120008"
FILE = day_file([*day_lines(50), f"{UNKNOWN};2022-09-30;illness;1", f"{WRONG};2022-09-30;illness;1"])


async def test_identifiers_are_in_no_table_at_any_stage_and_a_planted_one_is_found(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    numbers = [*map(cpr, range(10)), UNKNOWN, WRONG]

    async def found() -> list[str]:
        everything = await bench.everything()
        return [n for n in numbers for form in (n, n.encode().hex()) if form in everything]

    sent = await bench.send(FILE)
    assert await found() == []
    await bench.work()
    receipt = await bench.receipt(sent.id)
    assert counts(receipt) == (52, 50, 0, 1, 1)
    assert await found() == []
    # A CPR number is misused as the key of the upload. It is not stored, but the key is still recognised.
    first, again = [await bench.send(day_file(day_lines(2)), UNKNOWN) for _ in range(2)]
    assert first.id == again.id
    assert await found() == []
    async with bench.db.write(Scope.of("101")) as session:
        planted = text("UPDATE import_receipt SET created_by = :planted WHERE id = :id")
        await session.execute(planted, {"planted": UNKNOWN, "id": sent.id})
    assert await found() == [UNKNOWN]


async def test_identifiers_are_not_in_the_clear_while_their_rows_are_staged(bench: Bench) -> None:
    looked: list[tuple[int, list[str]]] = []
    numbers = [*map(cpr, range(10)), UNKNOWN]

    class Looking(DaysHandler):
        """Searches every table, past row-level security, while the rows are staged."""

        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            everything = await bench.everything()
            forms = {n: (n, n.encode().hex(), base64.b64encode(n.encode()).decode()) for n in numbers}
            found = [n for n, written in forms.items() if any(form in everything for form in written)]
            staged = await session.execute(text("SELECT count(*) FROM staged_days"))
            looked.append((staged.scalar_one(), found))
            return await super().judge(session, batch)

    bench.handler = Looking()
    await bench.done(FILE)
    assert looked[0][0] == 51
    assert [found for _, found in looked] == [[]] * len(looked)


async def test_a_number_in_a_column_of_words_is_refused_and_kept_only_under_encryption(bench: Bench) -> None:
    await bench.know(cpr(1))
    number = cpr(5)
    note = f"om {number[:6]} – {number[6:]}"
    row = f"{cpr(1)};2022-09-28;illness;1;;{note}\n"
    receipt = await bench.done(b"pupil;date;category;days;institution_number;note\n" + row.encode())
    assert (counts(receipt), dict(receipt.refused_by_code)) == ((1, 0, 0, 0, 1), {"text.identifier": 1})
    everything = await bench.everything()
    # Six digits alone could occur in the hexadecimal digits of a ciphertext.
    for part in (f"om {number[:6]}", f"– {number[6:]}"):
        forms = (part, part.encode().hex(), base64.b64encode(part.encode()).decode())
        assert [form for form in forms if form in everything] == []
    assert note in await bench.refused_csv(receipt)


async def test_refused_rows_come_back_as_a_file_that_is_corrected_and_sent_alone(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    quoted = '6113120008;2022-09-30;illness;1;101001;"a; ""b"" c"'
    short = f"{cpr(1)};2022-09-29;illness"
    head = b"pupil;date;category;days;institution_number;note\n"
    receipt = await bench.done(head + f"{cpr(2)};2022-09-28;illness;1;;\n{quoted}\n{short}\n".encode())
    assert counts(receipt) == (3, 1, 0, 0, 2)
    sent_back = await bench.refused_csv(receipt)
    assert sent_back.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(sent_back.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["_row", "_code", "_reason_da", "_reason_en", *head.decode().strip().split(";")]
    assert rows[1][:2] == ["2", "cpr_number.invalid"]
    assert rows[1][4:] == [WRONG, "2022-09-30", "illness", "1", "101001", 'a; "b" c']
    assert rows[2][:2] == ["3", "row.columns"]
    corrected = sent_back.replace(WRONG, cpr(3)).replace(
        f"{cpr(1)};2022-09-29;illness;", f"{cpr(1)};2022-09-29;illness;1"
    )
    again = await bench.done(corrected.encode(), "corrected")
    assert counts(again) == (2, 2, 0, 0, 0)


async def test_a_file_corrected_wrongly_can_be_sent_back_twice(bench: Bench) -> None:
    receipt = await bench.done(day_file([f"{WRONG};2022-09-30;illness;1"]))
    once = await bench.refused_csv(receipt)
    twice = await bench.refused_csv(await bench.done(once.encode(), "once"))
    assert twice.splitlines()[0] == once.splitlines()[0]
    assert twice.count(WRONG) == 1


async def test_texts_that_a_spreadsheet_would_compute_come_back_neutral_however_often(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    notes = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "'quoted'", "-3"]
    head = "pupil;date;category;days;institution_number;note\n"
    lines = [f"{WRONG};2022-09-{day:02};illness;1;;{note}\n" for day, note in enumerate(notes, start=1)]
    first = await bench.refused_csv(await bench.done((head + "".join(lines)).encode()))
    second = await bench.refused_csv(await bench.done(first.encode(), "uncorrected"))
    for sent_back in (first, second):
        rows = list(csv.reader(io.StringIO(sent_back.removeprefix("\ufeff")), delimiter=";"))
        assert [row[-1] for row in rows[1:]] == [*("'" + note for note in notes[:5]), "-3"]
    own = csv.writer(out := io.StringIO(), delimiter=";")
    own.writerows([*row[:4], cpr(3), *row[5:]] if row[0] != "_row" else row for row in rows)
    again = await bench.done(out.getvalue().encode(), "corrected")
    assert counts(again) == (6, 6, 0, 0, 0)


async def test_refused_json_lines_come_back_as_csv(bench: Bench) -> None:
    body = f'{{"pupil":"{WRONG}","date":"2022-09-30","category":"illness","days":0.5}}\n{{broken\n'
    receipt = await bench.done(body.encode(), media="ndjson")
    rows = list(csv.reader(io.StringIO((await bench.refused_csv(receipt)).removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][4:8] == [WRONG, "2022-09-30", "illness", "0.5"]
    assert rows[2][4] == "{broken"


async def test_another_municipality_sees_neither_receipt_nor_rows(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    with pytest.raises(NotFound):
        await bench.receipt(receipt.id, "147")


async def test_an_upload_is_known_by_its_key_after_a_rotation_too(bench: Bench) -> None:
    old = bench.data_keys
    first = await bench.send(day_file(day_lines(2)), "absence-101001-2022-09")
    bench.data_keys = KeyRing({"k9": KeyRing.generate("k9")["k9"], old.active_id: old[old.active_id]})
    assert (await bench.send(day_file(day_lines(2)), "absence-101001-2022-09")).id == first.id
    assert (await bench.send(day_file(day_lines(2)), "another")).id != first.id
    assert "absence-101001" not in await bench.everything()
