"""Declarations of events by set that are refused. Tests on real tables check that its events equal the codec's."""

import pytest

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.by_set import BySet
from libs.shared.events.outbox import Outbox
from services.absence_ingest.absence.events import MONTHS

STATE = CompletenessChanged(
    aggregate_version=1, municipality_code="101", institution_number="101001", month="2022-09", reported=True
)


def test_a_model_with_a_field_that_is_not_written_is_refused() -> None:
    with pytest.raises(ValueError, match="CompletenessChanged: the fields are"):
        BySet(STATE, texts={"municipality_code": "code"})


def test_the_record_key_is_the_models() -> None:
    assert PupilMonthChanged.KEY == "{pupil_id}/{month}"
    assert "CAST(pupil_id AS text) || '/' || CAST(name AS text) AS tell_key" in MONTHS.statement("month")


async def test_events_of_a_topic_that_another_service_owns_are_refused() -> None:
    with pytest.raises(ValueError, match="registration does not own topic"):
        await Outbox("registration").add_many(WriteSession(), MONTHS, "month", 1)
