"""The events of a school's month: its state, and its tombstone."""

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from services.absence_ingest.completeness.domain import MonthState, SchoolMonth


def completeness_changed(state: MonthState) -> CompletenessChanged:
    """The event of a school's month."""
    return CompletenessChanged.model_validate(state._asdict())


async def add_month_gone(session: WriteSession, outbox: Outbox, month: SchoolMonth, municipality_code: str) -> None:
    """Write the tombstone of a month whose school was removed."""
    key = CompletenessChanged.KEY.format(**month._asdict())
    await outbox.tombstone(session, CompletenessChanged.TOPIC, key, municipality=municipality_code)
