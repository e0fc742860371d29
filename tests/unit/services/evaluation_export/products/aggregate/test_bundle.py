"""The contents of a bundle other than its figures; and the same order gives the same bytes."""

import csv
import hashlib
import io
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from services.evaluation_export.bundle.sheets import as_csv, as_parquet
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate import completeness
from services.evaluation_export.products.aggregate.building import SHEETS, build
from services.evaluation_export.products.aggregate.flow import STEPS
from services.evaluation_export.products.aggregate.primary import Part
from services.evaluation_export.products.aggregate.texts import explained
from tests.disclosure.attacker.reading import rows
from tests.disclosure.populations import population
from tests.factories.bundles import zipped
from tests.unit.services.evaluation_export.orders import a_class, files, order, without_audit

UNUSUAL = DisclosureRules(threshold=7, base=11, p=13, courses=6, possible_values=4, days=9)


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
        courses=tuple(
            msgspec.structs.replace(one, persons=tuple(renamed[person] for person in one.persons))
            for one in reversed(snapshot.courses)
        ),
        selected=tuple(
            msgspec.structs.replace(one, person=renamed[one.person], class_=None if one.class_ is None else -one.class_)
            for one in reversed(snapshot.selected)
        ),
    )
    assert build(order(shuffled)).files == build(order(snapshot)).files == build(order(snapshot)).files


@pytest.mark.parametrize("name", ["participants", "absence", "dosage"])
def test_parquet_has_the_rows_of_the_csv(name: str) -> None:
    content = files(without_audit(population(7)))
    table = pq.read_table(io.BytesIO(content[f"data/{name}.parquet"])).to_pylist()
    lines = list(csv.DictReader(io.StringIO(content[f"data/{name}.csv"].decode())))
    assert len(table) == len(lines)
    for typed, line in zip(table, lines, strict=True):
        for column, value in typed.items():
            assert line[column] == "" if value is None else type(value)(line[column]) == value


def test_the_manifest_names_every_other_file_with_its_checksum() -> None:
    content = files(without_audit(population(2)))
    listed = json.loads(content["manifest.json"])["files"]
    assert {one["name"] for one in listed} == content.keys() - {"manifest.json"}
    for one in listed:
        assert one["sha256"] == hashlib.sha256(content[one["name"]]).hexdigest()
        assert one["bytes"] == len(content[one["name"]])


def test_the_codebook_describes_every_column_in_both_languages() -> None:
    content = files(without_audit(population(2)))
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
    found = rows(zipped(without_audit(population(2))), "population_flow.csv")
    assert [row["code"] for row in found] == [step[0] for step in STEPS]


@pytest.mark.parametrize("language", ["da", "en"])
def test_read_me_and_codebook_explain_every_rule_with_the_values_in_force(language: str) -> None:
    paragraphs = explained(UNUSUAL, language)
    text = " ".join(paragraphs)
    numbers = set(re.findall(r"\d+", text))
    assert {"7", "11", "13", "6", "4", "9"} <= numbers
    assert "5" not in numbers
    assert "{" not in text
    content = files(build(order(a_class(40), rules=UNUSUAL), frozenset({Part.AUDIT})))
    for name in (f"README.{language}.md", "codebook.md"):
        shown = content[name].decode()
        assert all(paragraph in shown for paragraph in paragraphs)


def test_the_disclosure_report_names_every_value_and_counts_what_is_hidden_without_saying_why() -> None:
    report = json.loads(
        files(build(order(a_class(40), rules=UNUSUAL), frozenset({Part.AUDIT})))["disclosure_report.json"]
    )
    assert report["rules"] == msgspec.to_builtins(UNUSUAL)
    assert set(report["parts"]) == {part.value for part in Part}
    # 168 rows, of which A, A1 and the class's grade in both are printed.
    assert report["tables"]["participants"] == {"pupils": {"printed": 4, "hidden": 164}}
    # The flow has no number before its first step.
    assert report["tables"]["population_flow"]["pupils_in"] == {"printed": 4, "hidden": 0}
    assert report["tables"]["population_flow"]["pupils_out"] == {"printed": 0, "hidden": 4}
    for columns in report["tables"].values():
        for counts in columns.values():
            assert set(counts) == {"printed", "hidden"}


def test_the_service_itself_loads_no_data_frame_library_and_no_solver() -> None:
    program = (
        "import sys; import services.evaluation_export.wiring;"
        "sys.exit(sum(name in sys.modules for name in ('pyarrow', 'polars', 'pandas', 'numpy', 'scipy')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[6], check=False)
    assert done.returncode == 0


def test_a_text_that_a_spreadsheet_would_compute_is_neutral_in_csv_and_as_it_is_in_parquet() -> None:
    named = [
        {**dict.fromkeys((one.name for one in completeness.SHEET.columns), 1), "municipality": "=cmd|' /C calc'!A0"}
    ]
    assert b"\r\n1,'=cmd|' /C calc'!A0,1" in as_csv(completeness.SHEET, named)
    named[0]["municipality_code"] = "101"
    table = pq.read_table(io.BytesIO(as_parquet(completeness.SHEET, named)))
    assert table["municipality"].to_pylist() == ["=cmd|' /C calc'!A0"]
