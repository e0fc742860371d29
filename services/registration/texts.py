"""What the columns of this service hold that can hold words."""

from libs.shared.delivery.texts import TEXTS as DELIVERY
from libs.shared.idempotency.texts import TEXTS as IDEMPOTENCY
from libs.shared.imports.staging.tables import texts
from libs.shared.imports.texts import TEXTS as IMPORTS
from libs.shared.privacy.texts import EVERYWHERE, Register, code, keyed, official, own, published, sealed, written
from services.registration.imports import KINDS

TEXTS: Register = {
    **EVERYWHERE,
    **DELIVERY,
    **IDEMPOTENCY,
    **IMPORTS,
    **{name: held for kind in KINDS for name, held in texts(kind).items()},
    "municipality.name": official("from the packaged list"),
    "municipality.status": code("of a list"),
    "municipality.imports_enabled_reason": code("of a list"),
    "institution.name": official("from the register that the secretariat loads"),
    "institution.belongs_to": code("three digits"),
    "institution.origin": own("where the entry comes from"),
    "school.name": written("the municipality's file names it; staff need it, and the bus does not get it"),
    "school.kind": code("of a list"),
    "school.standing": own("a state"),
    "class_.name": written("the municipality's file names it; the bus gets its label of grade and letters"),
    "class_.kind": code("of a list"),
    "person.key_id": own("a key's id"),
    "person.value": keyed("the CPR number"),
    "pupil.cpr_number": sealed("shown to nobody"),
    "pupil.uni_login": sealed("of a pupil"),
    "pupil.local_id": sealed("of a pupil"),
    "pupil.name": sealed("shown to the pupil's own school"),
    "pupil_key.kind": code("a kind of identifier"),
    "pupil_key.key_id": own("a key's id"),
    "pupil_key.value": keyed("an identifier"),
    "indicator.indicator": code("of a list"),
    "indicator.subject": code("of a list"),
    "indicator.value": code("a result by its code"),
    "rule_set.rule_set": code("a rule set's name"),
    "rule_set.family": code("of a list"),
    "rule_set.content": published("the catalog's rules"),
    "intervention_type.intervention_type": code("a type's id"),
    "intervention_type.variants": code("ids of variants"),
    "intervention_type.periods": code("dates and ids of variants"),
    "selection.kind": code("of a list"),
    "selection.behind": code("of a list"),
    "selection.reason": sealed("why these pupils"),
    "selection.parents_dialogue": sealed("what was said with these pupils' parents"),
    "selection_pupil.verdicts": own("the rules' numbers and sentences"),
    "project.title": written("what the school calls its project; listed, and about no single pupil"),
    "project.plan": written("the names of suppliers, who are firms, and of variants; the rest are codes and numbers"),
    "project.status": code("of a list"),
    "project.verdicts": own("the rules' numbers and sentences, which may name what the plan names"),
    "project.submit_reason": sealed("why a warning is passed over may be about certain pupils"),
    "project.approve_reason": sealed("the same"),
    "course.planned": code("amounts and units"),
    "course.verdicts": own("the rules' numbers and sentences"),
}
