"""The school days of each school and school year."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from libs.shared.contracts.registration import CalendarChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.read_models import Changed, Children, ReadModel, Row
from libs.shared.imports.parked import due
from libs.shared.values.school_years import first_day
from services.absence_ingest.copies.schools.tables import Calendar, CalendarDay


def calendar(state: CalendarChanged) -> Row:
    """The calendar, by the first day of its school year."""
    kept = state.model_dump(mode="json", include={"school_id", "school_year", "municipality_code", "aggregate_version"})
    return {**kept, "starts": first_day(state.school_year).isoformat()}


def calendar_days(state: CalendarChanged) -> list[Row]:
    """Its school days."""
    return [
        {
            "school_id": str(state.school_id),
            "starts": first_day(state.school_year).isoformat(),
            "day": day.isoformat(),
            "municipality_code": state.municipality_code,
        }
        for day in state.school_days
    ]


async def note_calendars(session: WriteSession, states: Sequence[CalendarChanged]) -> None:
    """Note that rows that are parked because of these schools' calendars can be replayed."""
    changed: dict[str, list[UUID]] = defaultdict(list)
    for state in states:
        changed[state.municipality_code].append(state.school_id)
    for code in sorted(changed):
        await due(session, code, schools=changed[code])


def calendars(changed: Changed) -> ReadModel[CalendarChanged]:
    """The read model of calendars; ``changed`` gets added and removed school days: (school id, day) as text."""
    return ReadModel(
        CalendarChanged,
        Calendar,
        row=calendar,
        children=[Children(CalendarDay, calendar_days, by=["school_id", "starts"], changed=changed)],
        written=note_calendars,
    )
