"""What the text columns of this service hold: no column takes text that a person writes."""

from libs.shared.events.texts import TEXTS as EVENTS
from libs.shared.privacy.texts import EVERYWHERE, Register, official

TEXTS: Register = {**EVERYWHERE, **EVENTS, "municipality.name": official("from the packaged list, by the bus")}
