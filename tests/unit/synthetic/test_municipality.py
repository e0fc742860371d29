"""The synthetic files: their faults, their people, their reproducibility and their size."""

import hashlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from synthetic import municipality
from synthetic.__main__ import main
from synthetic.forecast import Forecast
from tests.unit.synthetic.reading import cpr, rows

Written = Callable[[int], tuple[Path, Forecast]]


def _digests(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        municipality.write(tmp_path / folder, code="101", pupils=60, seed=seed)
    first, second, third = (_digests(tmp_path / folder) for folder in "abc")
    assert first == second
    assert first.keys() == third.keys()
    assert first["pupils.csv"] != third["pupils.csv"]


def test_writing_again_removes_the_files_of_the_run_before_and_nothing_else(tmp_path: Path) -> None:
    municipality.write(tmp_path, code="101", pupils=600, seed=7)
    (tmp_path / "own-notes.csv").write_text("kept")
    told = municipality.write(tmp_path, code="101", pupils=60, seed=7)
    assert {path.name for path in tmp_path.iterdir()} == {"own-notes.csv", "files.json", *(f.path for f in told.files)}


@pytest.mark.parametrize("pupils", [60, 600])
def test_the_absence_files_have_the_habits_of_different_systems(written: Written, pupils: int) -> None:
    out, told = written(pupils)
    first, second, third, fourth = [file for file in told.files if file.kind == "absence"][:4]
    latin = (out / first.path).read_bytes()
    assert first.content_type == "text/csv; charset=iso-8859-1"
    assert b"\r\n" in latin
    assert b";0,5\r\n" in latin
    assert "forsømmelse".encode("iso-8859-1") in latin
    with pytest.raises(UnicodeDecodeError):
        latin.decode("utf-8")
    assert {row[1][2] for row in rows(out, second)} == {"-"}
    assert (out / third.path).read_bytes().startswith(b"\xef\xbb\xbfpupil;")
    untidy = (out / fourth.path).read_text("utf-8")
    assert " ;" in untidy
    assert '";"' in untidy
    assert any("-" in row[0] for row in rows(out, fourth))


@pytest.mark.parametrize("pupils", [60, 600, 2400])
def test_every_cpr_number_has_the_replacement_form_and_belongs_to_one_pupil(written: Written, pupils: int) -> None:
    out, told = written(pupils)
    of_pupil: dict[str, str] = {}
    without = set()
    for file in (file for file in told.files if file.kind == "pupils"):
        for row in rows(out, file):
            number = cpr(row[0])
            if not row[0]:
                without.add(row[2])
            elif number:
                assert 61 <= int(number[:2]) <= 91
                assert of_pupil.setdefault(number, row[2]) == row[2]
            assert row[1]
    assert len(of_pupil) == len(set(of_pupil.values()))
    assert without


def test_birthdays_fit_the_grade(written: Written) -> None:
    out, told = written(600)
    for file in (file for file in told.files if file.kind == "pupils"):
        for row in rows(out, file):
            if number := cpr(row[0]):
                turns = int(row[5][:4]) - (2000 + int(number[4:6]))
                assert turns == int(row[6][:-1]) + 6


@pytest.mark.parametrize("pupils", [60, 600, 2400])
def test_the_last_school_year_has_as_many_pupils_as_asked_for(written: Written, pupils: int) -> None:
    out, told = written(pupils)
    attending = {
        row[2]
        for file in told.files
        if file.kind == "pupils"
        for number, row in enumerate(rows(out, file), start=1)
        if row[5] == "2022/2023" and number not in {refused.row for refused in file.refused_rows}
    }
    assert len(attending) == pupils


@pytest.mark.parametrize(("pupils", "changes_of_school", "changes_within"), [(60, 1, 0), (600, 2, 1)])
def test_pupils_who_change_class_in_mid_year_have_intervals_that_meet(
    written: Written, pupils: int, changes_of_school: int, changes_within: int
) -> None:
    out, told = written(pupils)
    years: dict[tuple[str, str], list[list[str]]] = {}
    for row in rows(out, next(file for file in told.files if file.path == "pupils.csv")):
        years.setdefault((row[2], row[5]), []).append(row)
    moves = [both for both in years.values() if len(both) == 2]
    assert all(one[8] == other[7] for one, other in moves)
    assert sum(one[4] != other[4] for one, other in moves) == changes_of_school
    assert sum(one[4] == other[4] for one, other in moves) == changes_within


def test_absence_has_the_shares_that_were_asked_for(written: Written) -> None:
    out, told = written(2400)
    days: dict[str, float] = {}
    for file in (file for file in told.files if file.kind == "absence" and "2021" in file.path):
        bad = {row.row for row in file.refused_rows}
        for number, row in enumerate(rows(out, file), start=1):
            if number not in bad:
                days[row[0]] = days.get(row[0], 0) + float(row[3].replace(",", "."))
    school_days = len([row for row in rows(out, told.files[2]) if row[0] == "910101" and row[1] < "2022-08"])
    assert 0.055 < sum(days.values()) / 2400 / school_days < 0.065
    assert 0.12 < sum(total / school_days >= 0.10 for total in days.values()) / 2400 < 0.19


@pytest.mark.parametrize("pupils", [60, 600])
def test_the_pupils_chosen_for_the_demo_are_in_the_class_and_have_a_cpr_number(written: Written, pupils: int) -> None:
    out, told = written(pupils)
    roster = list(rows(out, next(file for file in told.files if file.path == "pupils.csv")))
    for chosen in (told.co_teaching, told.small_group):
        class_ = [chosen.institution_number, chosen.school_year, chosen.class_name]
        members = {row[2] for row in roster if row[4:7] == class_ and row[0]}
        assert members >= set(chosen.local_ids)
    assert 2 <= len(told.small_group.local_ids) <= 4
    assert told.co_teaching.local_ids


def test_one_school_lacks_one_month_and_has_no_absence_in_it(written: Written) -> None:
    out, told = written(600)
    ((institution, months),) = told.unreported.items()
    reported = {(row[0], row[1]) for row in rows(out, next(f for f in told.files if f.kind == "completeness"))}
    assert (institution, months[0]) not in reported
    assert ("910101", months[0]) in reported
    file = next(file for file in told.files if file.path == f"absence-{institution}-2022-2023.csv")
    assert not [row for row in rows(out, file) if row[1].startswith(months[0])]


def test_memory_does_not_grow_with_the_number_of_pupils(tmp_path: Path) -> None:
    peaks = []
    for pupils in (300, 1500):
        tracemalloc.start()
        municipality.write(tmp_path / str(pupils), code="101", pupils=pupils, seed=7)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 3 * peaks[0]


def test_two_municipalities_with_number_ranges_of_their_own_share_no_pupil(tmp_path: Path) -> None:
    numbers = []
    for code, first in (("101", 0), ("147", 1000)):
        told = municipality.write(tmp_path / code, code=code, pupils=60, seed=7, first_pupil=first)
        numbers.append({row[0] for file in told.files if file.kind == "pupils" for row in rows(tmp_path / code, file)})
    assert numbers[0] & numbers[1] <= {""}


@pytest.mark.parametrize(("code", "pupils"), [("1O1", 60), ("1", 60), ("101", 10)])
def test_what_cannot_be_a_municipality_is_refused_before_anything_is_written(
    tmp_path: Path, code: str, pupils: int
) -> None:
    with pytest.raises(ValueError, match=r"digits|pupils"):
        municipality.write(tmp_path / "out", code=code, pupils=pupils, seed=7)
    assert not (tmp_path / "out").exists()


def test_the_command_prints_a_line_per_file_and_the_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["municipality", "--out", str(tmp_path), "--pupils", "60", "--seed", "7"]) == 0
    printed = capsys.readouterr().out
    assert "pupils-late.csv" in printed
    assert "row.duplicate × 2" in printed
    assert main(["municipality", "--out", str(tmp_path), "--pupils", "5"]) == 2
    assert "pupils" in capsys.readouterr().err
