"""Importing school calendars."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from libs.shared.contracts.registration import CalendarChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from libs.shared.files.kinds.vocabulary import UNKNOWN
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from libs.shared.values.school_years import school_year_of
from services.registration.roster.calendars import queries
from services.registration.roster.calendars.events import calendar_changed
from services.registration.roster.calendars.queries import SchoolDay
from services.registration.roster.schools import queries as schools

_NONE = "0"
"""The file's value for a day that is not a school day."""


class _Row(NamedTuple):
    institution_number: str
    date: datetime.date
    school_day: str | None


@dataclass(frozen=True, slots=True)
class _Plan:
    new: list[SchoolDay]
    gone: list[SchoolDay]


@dataclass(frozen=True, slots=True)
class CalendarImport:
    """Imports calendars. Days are added and withdrawn one by one; a changed calendar has an event with all its days."""

    outbox: Outbox

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the calendars of the schools, so that an event holds every day that is stored when it is written."""
        await queries.lock(session, batch.municipality_code, batch.columns["institution_number"])

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[_Plan]:
        """The plan is the new days and the withdrawn days."""
        rows = list(batch.rows(_Row))
        school_ids = await schools.ids(session, batch.municipality_code, batch.columns["institution_number"])
        known = [
            ((school_ids[row.institution_number], school_year_of(row.date), row.date), row.school_day != _NONE)
            for row in rows
            if row.institution_number in school_ids
        ]
        there = await queries.find(session, [each for each, _ in known])
        new = [each for each, is_one in known if is_one and (each[0], each[2]) not in there]
        gone = [each for each, is_one in known if not is_one and (each[0], each[2]) in there]
        refused = [
            Refusal(index, UNKNOWN, "institution_number")
            for index, row in enumerate(rows)
            if row.institution_number not in school_ids
        ]
        accepted = len(new) + len(gone)
        result = BatchResult(accepted=accepted, unchanged=len(known) - accepted, refused=refused)
        return Judged(result, _Plan(new, gone))

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[_Plan]) -> None:
        """Write the days, with an event for each changed calendar."""
        plan = judged.plan
        changed = await queries.change(session, batch.municipality_code, plan.new, plan.gone)
        await self.outbox.add(session, [calendar_changed(row) for row in changed])


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[CalendarChanged]:
    """The states of the municipality's calendars by school and year, their rows locked."""
    return [calendar_changed(row) for row in await queries.locked_page(session, code, after, size)]
