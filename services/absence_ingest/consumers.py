"""What this service does with which event."""

from functools import partial

from libs.shared.contracts.registration import CalendarChanged, PupilChanged, SchoolChanged
from libs.shared.delivery.subscriptions import Subscription, Subscriptions
from services.absence_ingest.pupils.use_cases import Replay, take_pupils
from services.absence_ingest.schools.use_cases import take_calendars, take_schools


def subscriptions(replay: Replay) -> Subscriptions:
    """The group's subscriptions; ``replay`` plays the rows that waited for a pupil."""
    return Subscriptions(
        Subscription(PupilChanged, partial(take_pupils, replay=replay)),
        Subscription(SchoolChanged, take_schools),
        Subscription(CalendarChanged, take_calendars),
    )
