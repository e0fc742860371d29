"""What a group subscribes to."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.envelope import Event
from libs.shared.events.subscriptions import Subscription, Subscriptions, newest
from tests.factories.events import append_effects, month


async def forget(session: object, keys: object) -> None: ...


def test_topics_follow_from_events_and_tombstones() -> None:
    subscriptions = Subscriptions(
        Subscription(PupilMonthChanged, append_effects), tombstones={"registration.pupil": forget}
    )
    assert subscriptions.topics == ("absence.pupil-month", "registration.pupil")
    assert subscriptions.handler(PupilMonthChanged) is append_effects
    assert subscriptions.tombstone_handler("registration.pupil") is forget
    assert subscriptions.tombstone_handler("absence.pupil-month") is None


def test_two_handlers_for_one_event_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Subscriptions(Subscription(PupilMonthChanged, append_effects), Subscription(PupilMonthChanged, append_effects))


def test_newest_keeps_the_last_of_each_key_in_order() -> None:
    first, second = uuid4(), uuid4()
    events = [
        Event(id=uuid4(), source="/absence_ingest", time=datetime.now(UTC), data=month(pupil, version))
        for pupil, version in ((first, 1), (second, 1), (first, 2), (second, 2), (first, 3))
    ]
    assert [(event.data.pupil_id, event.data.aggregate_version) for event in newest(events)] == [
        (second, 2),
        (first, 3),
    ]
