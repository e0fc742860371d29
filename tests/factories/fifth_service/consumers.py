"""What this service does with which event."""

from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.events.read_models import ReadModel
from libs.shared.events.subscriptions import Subscriptions
from tests.factories.fifth_service.municipalities.tables import Municipality

SUBSCRIPTIONS = Subscriptions.keeping(ReadModel(MunicipalityChanged, Municipality))
