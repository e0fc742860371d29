"""Keeping schools and calendars."""

from collections.abc import Sequence

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import CalendarChanged, SchoolChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.subscriptions import newest
from services.absence_ingest.schools import queries


async def take_schools(session: WriteSession, events: Sequence[Event[SchoolChanged]]) -> None:
    """Keep the newest state of each school."""
    await queries.keep_schools(session, [event.data for event in newest(events)])


async def take_calendars(session: WriteSession, events: Sequence[Event[CalendarChanged]]) -> None:
    """Keep the newest school days of each school and school year. Absence already taken stays as it is."""
    await queries.keep_calendars(session, [event.data for event in newest(events)])
