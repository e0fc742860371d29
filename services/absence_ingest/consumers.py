"""What this service does with which event."""

from libs.shared.contracts.registration import SchoolChanged
from libs.shared.delivery.read_models import ReadModel
from libs.shared.delivery.subscriptions import Subscriptions
from services.absence_ingest.pupils.read_model import Replay, pupils
from services.absence_ingest.schools.read_model import CALENDARS
from services.absence_ingest.schools.tables import School


def subscriptions(replay: Replay) -> Subscriptions:
    """The group's subscriptions; ``replay`` plays the rows that waited for a pupil."""
    return Subscriptions.keeping(pupils(replay), ReadModel(SchoolChanged, School), CALENDARS)
