"""The last check before release: each violated guarantee in a finished file stops the release."""

import io

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.evaluation_export.bundle.checks import NotReleasable
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.building import build
from services.evaluation_export.products.aggregate.checks import check_files
from services.evaluation_export.products.aggregate.primary import Part
from services.evaluation_export.products.aggregate.snapshot import Selected
from tests.unit.services.evaluation_export.orders import (
    begins,
    country,
    course,
    files,
    order,
    pupil,
    without_audit,
)

RULES = DisclosureRules()
EVERYBODY = range(60)


@pytest.fixture(scope="module")
def finished() -> dict[str, bytes]:
    """The files of a bundle with printed figures in every table."""
    courses = tuple(
        course(range(number * 5, number * 5 + 5), planned="met" if number < 6 else "missed") for number in range(12)
    )
    persons = tuple(pupil(number, has_cpr_number=number > 5, takes_part=number < 50) for number in EVERYBODY)
    taking = tuple(begins(number) for number in range(50))
    twice = tuple(begins(number, "B", start="2022-09-01") for number in range(10))
    selected = tuple(Selected(one, "class", one % 3, ("shared_need",)) for one in range(15))
    snapshot = msgspec.structs.replace(country((*taking, *twice), persons, courses), selected=selected)
    return files(without_audit(snapshot))


def broken(finished: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    """The files with one text replaced, without Parquet files, whose difference would be found first."""
    content = finished[name].decode()
    assert old in content, (name, old)
    kept = {other: bytes_ for other, bytes_ in finished.items() if not other.endswith(".parquet")}
    return {**kept, name: content.replace(old, new, 1).encode()}


def test_finished_files_pass(finished: dict[str, bytes]) -> None:
    check_files(finished, RULES)


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("data/participants.csv", ",all,50,", ",all,4,", "small number"),
        ("data/participants.csv", ",all,50,", ",all,0,", "small number"),
        ("data/participants.csv", ",all,50,", ",all,48,", "not rounded"),
        ("data/participants.csv", ",all,50,", ",all,50.0,", "not a whole number"),
        ("data/participants.csv", ",all,50,", ",all,-50,", "not a whole number"),
        ("data/participants.csv", ",all,50,", ",all,50,suppressed", "does not fit"),
        ("data/participants.csv", ",0,,suppressed", ",0,,", "does not fit"),
        ("data/participants.csv", ",0,,suppressed", ",0,,no_pupils", "does not fit"),
        ("population_flow.csv", ",50,\r\n", ",51,\r\n", "not rounded"),
        ("population_flow.csv", ",,,50,", ",,suppressed,50,", "does not fit"),
        ("several_types.csv", ",10,", ",9,", "not rounded"),
        ("selections.csv", ",15,,5,\r\n", ",14,,5,\r\n", "not rounded"),
        ("selections.csv", ",15,,5,\r\n", ",15,,3,\r\n", "small number"),
        ("selections.csv", ",15,,5,\r\n", ",15,,,\r\n", "does not fit"),
        ("selections.csv", ",15,,,\r\n", ",15,,5,\r\n", "does not fit"),
        ("selections.csv", ",15,,,\r\n", ",15,,,suppressed\r\n", "does not fit"),
        ("data/dosage.csv", ",lessons,10,5,50,", ",lessons,10,5,42,", "does not follow"),
        ("data/dosage.csv", ",lessons,10,5,50,", ",lessons,5,5,100,", "no rest"),
        ("data/dosage.csv", ",lessons,10,5,50,", ",lessons,12,5,50,", "not rounded"),
        ("data/dosage.csv", "20.0,suppressed", "20.00,suppressed", "one decimal"),
        ("data/dosage.csv", "20.0,suppressed", "20.0,", "does not fit"),
        ("data/absence.csv", ",total,45,,", ",total,,suppressed,", "mean beside a hidden number"),
    ],
)
def test_a_broken_promise_stops_the_bundle(finished: dict[str, bytes], name: str, old: str, new: str, why: str) -> None:
    with pytest.raises(NotReleasable, match=why):
        check_files(broken(finished, name, old, new), RULES)


def test_a_mean_of_two_decimals_stops_the_bundle(finished: dict[str, bytes]) -> None:
    lines = finished["data/absence.csv"].decode().split("\r\n")
    mean = lines[1].split(",")[-2]
    with pytest.raises(NotReleasable, match="one decimal"):
        check_files(broken(finished, "data/absence.csv", f",{mean},", f",{mean}5,"), RULES)


def test_a_file_that_is_missing_or_holds_an_id_stops_the_bundle(finished: dict[str, bytes]) -> None:
    with pytest.raises(NotReleasable, match="missing"):
        check_files({name: content for name, content in finished.items() if name != "several_types.csv"}, RULES)
    with pytest.raises(NotReleasable, match="an id"):
        check_files({**finished, "x.csv": b"a,0b0f5d8c-6e0c-4b0e-9c39-0b3f0f6f2d11\r\n"}, RULES)


def test_a_parquet_file_that_says_something_else_stops_the_bundle(finished: dict[str, bytes]) -> None:
    table = pq.read_table(io.BytesIO(finished["data/participants.parquet"]))
    found = table.to_pylist()
    found[0]["pupils"] = 48
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(found, schema=table.schema), sink)
    with pytest.raises(NotReleasable, match="Parquet"):
        check_files({**finished, "data/participants.parquet": bytes(sink.getvalue())}, RULES)


def test_a_part_that_is_off_in_a_test_is_not_looked_for() -> None:
    taking = tuple(begins(number) for number in range(3))
    snapshot = country(taking, tuple(pupil(number) for number in range(3)))
    for part, printed in ((Part.PRIMARY, b",all,5,"), (Part.ROUNDING, b",all,,suppressed")):
        built = build(order(snapshot), frozenset({Part.AUDIT, part}))
        assert printed in files(built)["data/participants.csv"]
