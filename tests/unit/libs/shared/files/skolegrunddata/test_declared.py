"""A file becomes chunks of its two parts, however it arrives, and nothing that is not kept is in them."""

from datetime import UTC, datetime

import pytest

from libs.shared.files.cut import CutLimits
from libs.shared.files.formats import Part, PartChunk
from libs.shared.files.skolegrunddata import declared
from libs.shared.files.skolegrunddata.declared import SKOLEGRUNDDATA, SnapshotReading
from libs.shared.files.skolegrunddata.problems import NoPupils, TooManyPupils
from libs.shared.files.snapshot import Snapshot
from tests.unit.libs.shared.files.skolegrunddata.documents import TODAY, document, employee, group, pupil

SNAPSHOT = Snapshot("910101", "2022/2023", "Prøveadministration", datetime(2022, 11, 10, 16, tzinfo=UTC))
LIMITS = CutLimits()
SECRETS = (
    "<Address><StreetAddress>Hemmelig Vej 1</StreetAddress></Address><MobilePhoneNumber>12345678</MobilePhoneNumber>"
)


def chunks(text: str, *, step: int = 10**6, limits: CutLimits = LIMITS) -> tuple[SnapshotReading, list[PartChunk]]:
    reading, data = SnapshotReading(limits, TODAY), text.encode()
    given = [each for at in range(0, len(data), step) for each in reading.feed(data[at : at + step])]
    return reading, [each for each in (*given, *reading.end()) if each is not None]


def test_the_classes_come_before_the_pupils_who_are_complete_for_the_head() -> None:
    text = document(group(), employee(), pupil(person=SECRETS), pupil("L2", cpr_number="6101120016"))
    reading, found = chunks(text)
    assert [each.part for each in found] == [Part("classes"), Part("pupils", snapshot=SNAPSHOT)]
    assert [SKOLEGRUNDDATA.number(each.part) for each in found] == [0, 1]
    kept = b"".join(each.chunk.data for each in found).decode()
    assert not [text for text in ("Hemmelig", "12345678", "hemmelig", "Voksensen", "62028") if text in kept]
    told = reading.told()
    assert told.ignored == {"employees": 1, "addresses": 1, "phone_numbers": 1, "passwords": 2}
    assert told.facts == {
        "root": "UNILoginImport",
        "institution_number": "910101",
        "school_year": "2022/2023",
        "source": "Prøveadministration",
        "source_moment": "2022-11-10T16:00:00+00:00",
        "groups": 1,
        "persons": 3,
    }


@pytest.mark.parametrize("limits", [CutLimits(), CutLimits(chunk_rows=2), CutLimits(chunk_bytes=600)])
def test_the_chunks_do_not_depend_on_how_the_file_arrives(limits: CutLimits) -> None:
    text = document(group(), *(pupil(f"L{each}") for each in range(9)))
    whole = chunks(text, limits=limits)[1]
    assert whole == chunks(text, step=7, limits=limits)[1]
    assert sum(each.chunk.data.count(b'"local_id"') for each in whole) == 9


def test_a_file_without_pupils_would_end_everything_and_is_refused() -> None:
    with pytest.raises(NoPupils):
        chunks(document(group(), employee()))


def test_more_pupils_than_can_be_compared_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "MOST_PUPILS", 2)
    with pytest.raises(TooManyPupils):
        chunks(document(group(), *(pupil(f"L{each}") for each in range(3))))
