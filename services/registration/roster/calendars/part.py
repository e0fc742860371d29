"""The part of the service for calendars."""

from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.files.kinds.calendars import CALENDARS
from libs.shared.runtime.parts import Part
from services.registration.roster.calendars import use_cases
from services.registration.roster.calendars.tables import Calendar, CalendarDay
from services.registration.roster.calendars.use_cases import CalendarImport


def part(outbox: Outbox) -> Part:
    """The kind of file ``calendars``, and the topic; one state is a whole school year."""
    return Part(
        kinds=[(CALENDARS, CalendarImport(outbox))],
        tables=[Calendar, CalendarDay],
        republishing=[Republishing("registration.calendar", telling(outbox, use_cases.states), "calendar", size=50)],
    )
