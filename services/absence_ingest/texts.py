"""The columns of this service for text that people write: there are none."""

from libs.shared.events.texts import TEXTS as EVENTS
from libs.shared.files.kinds.declared import ABSENCE_KINDS
from libs.shared.imports.staging.tables import texts
from libs.shared.imports.texts import TEXTS as IMPORTS
from libs.shared.privacy.texts import EVERYWHERE, Register, code, keyed, own

TEXTS: Register = {
    **EVERYWHERE,
    **EVENTS,
    **IMPORTS,
    **{name: held for kind in ABSENCE_KINDS for name, held in texts(kind).items()},
    "absence_day.category": code("of a list"),
    "absence_day.set_aside": code("what is wrong with the day"),
    "key_claim.kind": code("a kind of identifier"),
    "key_claim.key_id": own("a key's id"),
    "key_claim.value": keyed("an identifier"),
    "lookup_key.kind": code("a kind of identifier"),
    "lookup_key.key_id": own("a key's id"),
    "lookup_key.value": keyed("an identifier"),
}
