"""A zip becomes chunks of the parts of its schools, however it arrives, and nothing that is not kept is in them."""

from datetime import UTC, datetime

import pytest

from libs.shared.base.errors import Problem
from libs.shared.files.cut import CutLimits
from libs.shared.files.formats import Part, PartChunk, SourcePlace
from libs.shared.files.oneroster.declared import ONEROSTER, RosterReading
from libs.shared.files.snapshot import Snapshot
from tests.unit.libs.shared.files.oneroster.zips import NOW, bulk, manifest, replaced, with_row, zipped

MOMENT = datetime(2022, 11, 10, 16, tzinfo=UTC)


def chunks(data: bytes, *, step: int = 10**6) -> tuple[RosterReading, list[PartChunk]]:
    reading = RosterReading(CutLimits(), NOW.date())
    given = [each for at in range(0, len(data), step) for each in reading.feed(data[at : at + step])]
    return reading, [each for each in (*given, *reading.end()) if each is not None]


def refusal(data: bytes) -> str:
    with pytest.raises(Problem) as refused:
        chunks(data)
    return refused.value.code


def test_each_school_and_year_has_its_classes_and_its_pupils_as_a_snapshot() -> None:
    reading, found = chunks(bulk())
    snapshots = [Snapshot(number, "2022/2023", "Prøveadministration", MOMENT) for number in ("910101", "910102")]
    assert [each.part for each in found] == [
        Part("classes", 0),
        Part("pupils", 0, snapshots[0]),
        Part("classes", 1),
        Part("pupils", 1, snapshots[1]),
    ]
    assert [ONEROSTER.number(each.part) for each in found] == [0, 1, 2, 3]
    kept = b"".join(each.chunk.data for each in found).decode()
    assert not [text for text in ("example.dk", "Lærersen", "Gro", "Svømning", "Hallen") if text in kept]
    told = reading.told()
    assert (told.facts["mode"], told.facts["institutions"], told.facts["enrollments"]) == ("bulk", 2, 4)
    assert told.source_file
    assert told.source_file.places == (
        SourcePlace("school", "a", "910101"),
        SourcePlace("school", "b", "910102"),
        SourcePlace("school_year", "y22", "", "2022/2023"),
        SourcePlace("school_year", "s23", "", "2022/2023"),
        SourcePlace("class", "c5", "910101", "2022/2023", "5A"),
        SourcePlace("class", "c6", "910102", "2022/2023", "6B"),
        SourcePlace("other", "h1"),
    )


def test_the_chunks_do_not_depend_on_how_the_zip_arrives() -> None:
    assert chunks(bulk())[1] == chunks(bulk(), step=7)[1]


def test_a_refused_pupil_stands_in_every_unit_that_the_row_may_be_about() -> None:
    def of_units(row: str) -> list[int]:
        found = chunks(bulk(enrollments=with_row("enrollments", row)))[1]
        return [each.part.unit for each in found if each.part.kind == "pupils" and b"_errors" in each.chunk.data]

    assert of_units("e9,,,x,b,u1,student,,,") == [1]
    assert of_units("e9,,,x,x,u1,student,,,") == [0, 1]
    assert of_units("e9,,,c5") == [0, 1]


def test_names_and_ids_that_hold_a_cpr_number_are_not_remembered() -> None:
    more = with_row(
        "classes",
        "hold 610112-0008,,,x,,f,,scheduled,,a,s23,,,",
        "c9,,,6101120008,5,f,,homeroom,,a,y22,,,",
        "klasse 61 01 12 0008,,,5C,5,f,,homeroom,,a,y22,,,",
        "6101202208,,,5E,5,f,,homeroom,,a,y22,,,",
        "910101-2022-5D,,,5D,5,f,,homeroom,,a,y22,,,",
        "9101012022-5F,,,5F,5,f,,homeroom,,a,y22,,,",
    )
    years = with_row("academicSessions", "610112 0008,,,2022/2023,schoolYear,2022-08-01,2023-08-01,,2023")
    told = chunks(bulk(classes=more, academicSessions=years))[0].told().source_file
    assert told
    assert not [each for each in told.places if "61" in str(each)]
    for sourced_id, name in (("910101-2022-5D", "5D"), ("9101012022-5F", "5F")):
        assert SourcePlace("class", sourced_id, "910101", "2022/2023", name) in told.places


def test_a_bulk_without_pupils_would_end_everything_and_is_refused() -> None:
    only_teacher = replaced("enrollments", "student", "teacher")
    assert refusal(bulk(enrollments=only_teacher, roles=None)) == "oneroster.no_pupils"


def test_a_delta_that_nobody_can_complete_is_refused() -> None:
    files = {"orgs.csv": "sourcedId,status,dateLastModified,name,type\n"}
    assert refusal(zipped({"manifest.csv": manifest(files, "delta"), **files})) == "oneroster.delta_without_bulk"


@pytest.mark.parametrize(
    ("limit", "code"),
    [("MOST_PUPILS", "too_many_pupils"), ("MOST_UNITS", "too_many_schools"), ("ZIP_BYTES", "zip.too_large")],
)
def test_the_limits_of_an_upload_are_kept(limit: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"libs.shared.files.oneroster.declared.{limit}", 0 if limit == "MOST_PUPILS" else 1)
    assert refusal(bulk()).endswith(code)
