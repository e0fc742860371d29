"""Of several states of one key in a batch the highest version counts, in any order."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import CalendarChanged
from libs.shared.contracts.registry import MODELS
from libs.shared.events.read_models import overtaken
from tests.factories.events import month

PUPIL = uuid4()


def told(*versions: int) -> list[Event[PupilMonthChanged]]:
    now = datetime(2023, 9, 1, tzinfo=UTC)
    return [Event(id=uuid4(), source="/absence_ingest", time=now, data=month(PUPIL, version)) for version in versions]


@pytest.mark.parametrize(
    ("versions", "ignored"),
    [((1, 2, 3), []), ((3, 1, 2), [(1, 3), (2, 3)]), ((2, 2), [(2, 2)]), ((1, 5, 3, 6), [(3, 5)])],
)
def test_the_highest_version_stays_and_what_comes_after_a_higher_one_is_ignored(
    versions: Sequence[int], ignored: list[tuple[int, int]]
) -> None:
    rising, behind = overtaken(told(*versions))
    assert [event.data.aggregate_version for event in rising] == [max(versions)]
    assert [(each.event.data.aggregate_version, each.held) for each in behind] == ignored


def test_a_record_key_gives_back_its_fields() -> None:
    assert RuleSetPublished.fields_of("dosage-2021/2021-01-01") == {
        "rule_set": "dosage-2021",
        "valid_from": "2021-01-01",
    }
    assert CalendarChanged.fields_of(f"{PUPIL}/2022/2023") == {"school_id": str(PUPIL), "school_year": "2022/2023"}
    assert all(model.key_fields() for model in MODELS)
    with pytest.raises(ValueError, match="not a record key"):
        RuleSetPublished.fields_of("dosage-2021")
