"""The part of the service for absence."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing
from libs.shared.files.kinds.absence import ABSENCE
from libs.shared.runtime.parts import Part
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.rechecking import Rechecking
from services.absence_ingest.absence.routes import set_aside_days_router
from services.absence_ingest.absence.tables import AbsenceDay, PupilMonth, RecheckDue
from services.absence_ingest.absence.use_cases import AbsenceImport


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The kind of file ``absence``, the list of days that are set aside, the loop that judges them again, and the topic
    of months.
    """
    publisher = MonthPublisher(outbox)
    return Part(
        routers=[set_aside_days_router(db, clock)],
        kinds=[(ABSENCE, AbsenceImport(publisher))],
        tables=[AbsenceDay, PupilMonth, RecheckDue],
        loops={"rechecking": Rechecking(db, publisher)},
        republishing=[Republishing("absence.pupil-month", publisher.tell_page, "pupil_month", size=5000)],
    )
