"""What the columns of this service hold that can hold words: nobody writes any here."""

from libs.shared.events.texts import TEXTS as EVENTS
from libs.shared.privacy.texts import EVERYWHERE, Register, official

TEXTS: Register = {**EVERYWHERE, **EVENTS, "municipality.name": official("from the packaged list, by the bus")}
