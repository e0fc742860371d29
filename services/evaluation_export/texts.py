"""The columns of this service for text that people write: there are none."""

from libs.shared.events.texts import TEXTS as EVENTS
from libs.shared.idempotency.texts import TEXTS as IDEMPOTENCY
from libs.shared.privacy.texts import EVERYWHERE, Register, code, keyed, official, own, published

TEXTS: Register = {
    **EVERYWHERE,
    **EVENTS,
    **IDEMPOTENCY,
    "municipality.name": official("from the packaged list, by the bus"),
    "municipality.status": code("of a list"),
    "intervention_type.letter": code("A to E"),
    "intervention_type.intervention_type": code("a type's id"),
    "intervention_type.name": published("the catalog's name of it"),
    "intervention_type.variants": published("ids and the catalog's names"),
    "school.kind": code("of a list"),
    "class_.kind": code("of a list"),
    "project.status": code("of a list"),
    "project.variants": code("ids of variants"),
    "selection.kind": code("of a list"),
    "selection.reasons": code("of a list"),
    "dosage.unit": code("of a list"),
    "dosage.planned_outcome": code("of a list"),
    "dosage.delivered_outcome": code("of a list"),
    "delivery.product": code("of a list"),
    "delivery.parameters": code("what the product declares: a school year, codes and numbers"),
    "delivery.status": own("a state"),
    "delivery.failure": own("a code"),
    "bundle_chunk.content": own("tables of counts and means, and our documents"),
    "delivery.bundle_sha256": own("a checksum"),
    "release.product": code("of a list"),
    "release.key_check": keyed("tells the key, and nothing of what it keys"),
    "released_group.period": code("a school year or a year"),
    "released_group.name": own("a table's name with the catalog's ids"),
    "released_group.members": keyed("pseudonyms of persons"),
    "released_group.fingerprints": keyed("of what was measured of each person"),
    "released_group.figures": own("counts and means of groups"),
    "delivery.files": own("names and sizes of the bundle's files"),
}
