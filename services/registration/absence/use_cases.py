"""Keeping the newest state of months and of their completeness."""

from collections.abc import Sequence

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.db.database import WriteSession
from services.registration.absence import queries

DAYS_IN_A_MONTH = 31


async def keep_months(session: WriteSession, states: Sequence[PupilMonthChanged]) -> None:
    """Keep pupils' months. Raises ``ValueError`` when the categories together are more than a month has days."""
    if any(each.illness + each.authorised + each.unauthorised > DAYS_IN_A_MONTH for each in states):
        raise ValueError(f"a pupil-month has more than {DAYS_IN_A_MONTH} days of absence")
    await queries.put_months(session, states)


async def keep_completeness(session: WriteSession, states: Sequence[CompletenessChanged]) -> None:
    """Keep which months are reported."""
    await queries.put_completeness(session, states)
