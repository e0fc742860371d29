"""The contents of each text column of this service.

Nothing is encrypted, because everybody may read this content.
"""

from libs.shared.events.texts import TEXTS as EVENTS
from libs.shared.idempotency.texts import TEXTS as IDEMPOTENCY
from libs.shared.privacy.texts import EVERYWHERE, Register, code, own, published, written

TEXTS: Register = {
    **EVERYWHERE,
    **EVENTS,
    **IDEMPOTENCY,
    "rule_set_version.name": code("a rule set's name"),
    "rule_set_version.family": code("of a list"),
    "rule_set_version.content": published("packaged with the product"),
    "publication.kind": code("of a list"),
    "publication.item_id": code("letters, digits and . _ -, or a draft's random id"),
    "publication.reason": code("of a list"),
    "publication.content": published("packaged, or published by somebody else than who wrote it last"),
    "publication.origin": code("of a list"),
    "catalog_change.kind": code("of a list"),
    "catalog_change.item_id": code("as publication.item_id"),
    "draft.kind": code("of a list"),
    "draft.item_id": code("as publication.item_id"),
    "draft.state": own("a state"),
    "draft.content": written("to be published; until then its municipality and the secretariat alone see it"),
    "draft.review_note": written("about the text; author and secretariat alone see it, and publishing drops it"),
}
