"""The part of the service for reported months."""

from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.files.kinds.completeness import COMPLETENESS
from libs.shared.runtime.parts import Part
from services.absence_ingest.completeness.recounting import Recounting
from services.absence_ingest.completeness.tables import Completeness, CompletenessDue
from services.absence_ingest.completeness.use_cases import CompletenessImport, states


def part(db: Database, outbox: Outbox) -> Part:
    """The kind of file ``completeness``, the loop that counts reported months again, and the topic."""
    return Part(
        kinds=[(COMPLETENESS, CompletenessImport(outbox))],
        tables=[Completeness, CompletenessDue],
        loops={"recounting": Recounting(db, outbox)},
        republishing=[Republishing("absence.completeness", telling(outbox, states), "completeness")],
    )
