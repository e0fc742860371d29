"""What stands in a bundle."""

import csv
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from services.evaluation_export.deliveries.bundle import completeness
from services.evaluation_export.deliveries.bundle.building import SHEETS, build
from services.evaluation_export.deliveries.bundle.checks import NotReleasable, check_counts, check_files
from services.evaluation_export.deliveries.bundle.flow import STEPS
from services.evaluation_export.deliveries.bundle.sheets import as_csv, as_parquet
from services.evaluation_export.deliveries.snapshot import Course, Participation, Person, Snapshot
from tests.unit.services.evaluation_export.attacker import rows
from tests.unit.services.evaluation_export.populations import TYPES, population


def school(participants: int = 20, others: int = 10) -> Snapshot:
    """A class of co-teaching in grade 5 with a known absence, and other pupils beside it."""
    persons = tuple(
        Person(n, n < participants, True, True, True, (20, 4, 0), (10, 2, 1)) for n in range(participants + others)
    )
    taking = tuple(Participation(n, "A1", 5, "2022-08-15", True) for n in range(participants))
    courses = (
        Course("A1", "lessons", Decimal("100.5"), 40, "met", "met"),
        Course("A1", "lessons", Decimal(50), 21, "met", "at_risk"),
    )
    return Snapshot("2022/2023", TYPES, taking, persons, courses, {"A1": 1}, ())


def files(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def find(bundle: bytes, name: str, **wanted: str) -> dict[str, str]:
    found = [row for row in rows(bundle, name) if wanted.items() <= row.items()]
    assert len(found) == 1, wanted
    return found[0]


def test_a_text_that_a_spreadsheet_would_compute_is_neutral_in_csv_and_as_it_is_in_parquet() -> None:
    named = [
        {**dict.fromkeys((one.name for one in completeness.SHEET.columns), 1), "municipality": "=cmd|' /C calc'!A0"}
    ]
    assert b"\r\n1,'=cmd|' /C calc'!A0,1" in as_csv(completeness.SHEET, named)
    named[0]["municipality_code"] = "101"
    table = pq.read_table(io.BytesIO(as_parquet(completeness.SHEET, named)))
    assert table["municipality"].to_pylist() == ["=cmd|' /C calc'!A0"]


def test_participants_are_counted_by_type_variant_and_grade() -> None:
    bundle = build(school())
    for variant, grade in (("all", "all"), ("all", "5"), ("A1", "all"), ("A1", "5")):
        assert find(bundle, "data/participants.csv", letter="A", variant=variant, grade=grade)["pupils"] == "20"
    empty = find(bundle, "data/participants.csv", letter="A", variant="A2", grade="5")
    assert (empty["pupils"], empty["missing_reason"]) == ("0", "")


def test_absence_is_the_mean_of_days_before_and_after_by_category() -> None:
    bundle = build(school())
    for group, intervention in (("participants", "co_teaching"), ("participants", "all"), ("non_participants", "all")):
        for autumn, year, days in (("before", "2021", ("12.00", "10.00")), ("after", "2022", ("6.50", "5.00"))):
            for category, mean in zip(("total", "illness"), days, strict=True):
                row = find(
                    bundle,
                    "data/absence.csv",
                    group=group,
                    intervention_type=intervention,
                    autumn=autumn,
                    category=category,
                )
                assert (row["mean_days"], row["autumn_year"], row["missing_reason"]) == (mean, year, "")


def test_who_lacks_a_reported_month_is_in_no_mean_and_never_a_zero() -> None:
    snapshot = school()
    unknown = [Person(n, n < 20, True, True, False, (0, 0, 0), (0, 0, 0)) for n in range(5, 13)]
    persons = tuple(unknown[one.person - 5] if 5 <= one.person < 13 else one for one in snapshot.persons)
    bundle = build(msgspec.structs.replace(snapshot, persons=persons))
    row = find(bundle, "data/absence.csv", intervention_type="co_teaching", autumn="before", category="total")
    assert (row["pupils"], row["mean_days"]) == ("12", "12.00")
    last = find(bundle, "population_flow.csv", code="reported")
    assert (last["pupils_in"], last["pupils_out"], last["pupils_left"]) == ("20", "8", "12")


def test_spring_participants_are_enrolled_and_leave_before_the_analysis() -> None:
    snapshot = school()
    taking = tuple(Participation(n, "A1", 5, "2023-02-01" if n < 6 else "2022-08-15", n >= 6) for n in range(20))
    bundle = build(msgspec.structs.replace(snapshot, participations=taking))
    assert find(bundle, "population_flow.csv", code="autumn")["pupils_out"] == "6"
    assert find(bundle, "data/participants.csv", letter="A", variant="A1", grade="5")["pupils"] == "20"


def test_dosage_is_counted_per_course() -> None:
    row = find(build(school()), "data/dosage.csv", variant="A1")
    assert row == {
        "school_year": "2022/2023",
        "intervention_type": "co_teaching",
        "variant": "A1",
        "projects": "1",
        "unit": "lessons",
        "courses": "2",
        "planned_met": "2",
        "share_planned_met": "1.00",
        "delivered_met": "1",
        "share_delivered_met": "0.50",
        "mean_delivered": "75.25",
        "mean_sessions": "30.50",
        "missing_reason": "",
    }


def test_a_group_of_three_is_empty_everywhere_with_its_dosage_and_the_totals_that_give_it_away() -> None:
    snapshot = school()
    few = tuple(Participation(n, "C", 3, "2022-08-15", True) for n in range(20, 23))
    persons = tuple(msgspec.structs.replace(one, takes_part=one.person < 23) for one in snapshot.persons)
    courses = (*snapshot.courses, Course("C", "sessions", Decimal(48), 48, "met", "met"))
    both = (*snapshot.participations, *few)
    bundle = build(msgspec.structs.replace(snapshot, participations=both, persons=persons, courses=courses))
    for grade in ("3", "all"):
        row = find(bundle, "data/participants.csv", letter="C", variant="C", grade=grade)
        assert (row["pupils"], row["missing_reason"]) == ("", "suppressed")
    dosage = find(bundle, "data/dosage.csv", variant="C")
    assert (dosage["courses"], dosage["mean_delivered"], dosage["missing_reason"]) == ("", "", "suppressed")
    assert find(bundle, "population_flow.csv", code="enrolled")["pupils_left_missing_reason"] == "suppressed"
    assert find(bundle, "data/participants.csv", letter="A", variant="A1", grade="5")["pupils"] == "20"


def test_a_pupil_of_two_types_counts_once_in_each_and_once_in_the_flow() -> None:
    snapshot = school()
    more = tuple(Participation(n, "B", 5, "2022-09-01", True) for n in range(10))
    bundle = build(msgspec.structs.replace(snapshot, participations=(*snapshot.participations, *more)))
    assert find(bundle, "data/participants.csv", letter="A", variant="all", grade="all")["pupils"] == "20"
    assert find(bundle, "data/participants.csv", letter="B", variant="all", grade="all")["pupils"] == "10"
    assert find(bundle, "population_flow.csv", code="enrolled")["pupils_left"] == "20"


def test_the_same_facts_in_another_order_give_the_same_bytes() -> None:
    snapshot = population(3)
    chance = random.Random(1)  # noqa: S311 - a seed, not a secret
    renamed = {one.person: number for number, one in enumerate(chance.sample(snapshot.persons, len(snapshot.persons)))}
    shuffled = msgspec.structs.replace(
        snapshot,
        persons=tuple(msgspec.structs.replace(one, person=renamed[one.person]) for one in reversed(snapshot.persons)),
        participations=tuple(
            msgspec.structs.replace(one, person=renamed[one.person]) for one in reversed(snapshot.participations)
        ),
    )
    assert build(shuffled) == build(snapshot) == build(snapshot)


def test_another_process_gives_the_same_bytes() -> None:
    snapshot = population(5)
    done = subprocess.run(
        [sys.executable, "-m", "services.evaluation_export.deliveries.bundle"],
        input=msgspec.json.encode(snapshot),
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parents[6],
    )
    assert done.stdout == build(snapshot)


@pytest.mark.parametrize("name", ["participants", "absence", "dosage"])
def test_parquet_has_the_rows_of_the_csv(name: str) -> None:
    content = files(build(population(7)))
    table = pq.read_table(io.BytesIO(content[f"data/{name}.parquet"])).to_pylist()
    lines = list(csv.DictReader(io.StringIO(content[f"data/{name}.csv"].decode())))
    assert len(table) == len(lines)
    for typed, line in zip(table, lines, strict=True):
        for column, value in typed.items():
            assert line[column] == "" if value is None else type(value)(line[column]) == value


def test_the_manifest_names_every_other_file_with_its_checksum() -> None:
    content = files(build(population(2)))
    listed = json.loads(content["manifest.json"])["files"]
    assert {one["name"] for one in listed} == content.keys() - {"manifest.json"}
    for one in listed:
        assert one["sha256"] == hashlib.sha256(content[one["name"]]).hexdigest()
        assert one["bytes"] == len(content[one["name"]])


def test_the_codebook_describes_every_column_in_both_languages() -> None:
    content = files(build(population(2)))
    described = {
        (row["file"], row["column"]): row for row in csv.DictReader(io.StringIO(content["codebook.csv"].decode()))
    }
    for sheet in SHEETS:
        header = next(csv.reader(io.StringIO(content[f"{sheet.folder}{sheet.name}.csv"].decode())))
        for column in header:
            row = described[f"{sheet.name}.csv", column]
            assert row["description_da"]
            assert row["description_en"]


def test_the_flow_has_a_step_for_every_set() -> None:
    assert [row["code"] for row in rows(build(population(2)), "population_flow.csv")] == [step[0] for step in STEPS]


def test_a_small_number_or_an_id_that_got_so_far_stops_everything() -> None:
    with pytest.raises(NotReleasable, match="small number"):
        check_counts({"participants": [{"pupils": 4}]}, {"participants": ("pupils",)})
    with pytest.raises(NotReleasable, match="an id"):
        check_files({"x.csv": b"a,0b0f5d8c-6e0c-4b0e-9c39-0b3f0f6f2d11\r\n"})


def test_the_service_itself_loads_no_data_frame_library() -> None:
    program = (
        "import sys; import services.evaluation_export.wiring;"
        "sys.exit(sum(name in sys.modules for name in ('pyarrow', 'polars', 'pandas', 'numpy')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[6], check=False)
    assert done.returncode == 0
