"""What this service does with which event: it keeps what it judges by."""

from libs.shared.events.subscriptions import Subscriptions
from services.registration.absence.read_models import COMPLETENESS, MONTHS
from services.registration.catalog.read_models import INTERVENTION_TYPES, RULE_SETS

SUBSCRIPTIONS = Subscriptions.keeping(INTERVENTION_TYPES, RULE_SETS, MONTHS, COMPLETENESS)
