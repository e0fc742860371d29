"""The expected results of each file agree with those of an independent reader."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from synthetic import forecast
from synthetic.forecast import Forecast
from tests.unit.synthetic.reading import Clerk, rows

Written = Callable[[int], tuple[Path, Forecast]]
SIZES = pytest.mark.parametrize("pupils", [60, 600])


@SIZES
def test_a_reader_who_knows_the_rules_finds_exactly_the_parked_and_refused_rows_that_are_foretold(
    written: Written, pupils: int
) -> None:
    out, told = written(pupils)
    clerk = Clerk.of(out, told.files, "first")
    for file in (file for file in told.files if file.kind == "absence"):
        verdicts = [clerk.judge(row) for row in rows(out, file)]
        found = {n: v for n, v in enumerate(verdicts, start=1) if v not in {"accepted", "parked"}}
        assert found == {row.row: row.code for row in file.refused_rows}, file.path
        assert verdicts.count("parked") == file.expected.parked
        assert verdicts.count("accepted") == file.expected.accepted


@SIZES
def test_the_rows_of_every_file_add_up(written: Written, pupils: int) -> None:
    out, told = written(pupils)
    for file in told.files:
        counts = file.expected
        assert sum(1 for _ in rows(out, file)) == file.rows
        assert counts.accepted + counts.unchanged + counts.parked + counts.refused == file.rows
        assert counts.refused_by_code == dict(Counter(row.code for row in file.refused_rows))


def test_the_dirt_is_planted_a_known_number_of_times_whatever_the_size(written: Written) -> None:
    codes = Counter[str]()
    for pupils in (60, 600):
        _, told = written(pupils)
        codes.update(row.code for file in told.files for row in file.refused_rows)
    assert {code: count / 2 for code, count in codes.items()} == {
        "absence.not_a_school_day": 2,
        "absence.over_one_day": 3,
        "category.unknown": 2,
        "cpr_number.invalid": 5,
        "date.in_future": 1,
        "date.invalid": 1,
        "days.invalid": 1,
        "row.columns": 2,
        "row.duplicate": 2,
        "value.unknown": 1,
    }


@SIZES
def test_corrected_rows_are_accepted_after_the_file_but_for_one_that_repeats_an_accepted_row(
    written: Written, pupils: int
) -> None:
    out, told = written(pupils)
    clerk = Clerk.of(out, told.files, "first")
    for file in (file for file in told.files if file.kind == "absence"):
        for row in rows(out, file):
            clerk.judge(row)
    verdicts = Counter[str]()
    unchanged = 0
    for correction in (one for one in told.corrections if one.kind == "absence"):
        fixed = Path(out / "corrected.csv")
        fixed.write_bytes(correction.content)
        file = next(file for file in told.files if file.path == correction.path)
        again = [clerk.judge(row) for row in _utf8_rows(fixed)]
        assert list(correction.rows) == [row.row for row in file.refused_rows]
        verdicts.update(again)
        unchanged += correction.expected.unchanged
        assert again.count("accepted") == correction.expected.accepted
    fixed.unlink()
    assert verdicts == {"accepted": 16, "row.duplicate": 1}
    assert unchanged == 1


@SIZES
def test_the_late_roster_knows_every_parked_pupil_but_the_one_nobody_knows(written: Written, pupils: int) -> None:
    out, told = written(pupils)
    late = Clerk.of(out, told.files, "late")
    still_parked: dict[str, list[int]] = {}
    for file in (file for file in told.files if file.kind == "absence"):
        numbers = [n for n, row in enumerate(rows(out, file), start=1) if late.judge(row) == "parked"]
        still_parked |= {file.path: numbers} if numbers else {}
    assert still_parked == {told.unknown_pupil.path: told.unknown_pupil.rows}
    parked = sum(file.expected.parked for file in told.files)
    assert parked == 4 + sum(len(one.rows) for one in told.late_class.parked)
    assert parked > 4


def test_the_manifest_reads_back_as_it_was_told(written: Written) -> None:
    out, told = written(60)
    assert forecast.read(out) == told


def _utf8_rows(path: Path) -> list[list[str]]:
    return [[cell.strip(' "') for cell in line.split(";")] for line in path.read_text("utf-8").splitlines()[1:]]
