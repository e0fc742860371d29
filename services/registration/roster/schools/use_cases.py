"""Imports schools, and lists them and their numbers."""

from dataclasses import dataclass
from typing import NamedTuple

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.contracts.registration import SchoolChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.named_access import under
from libs.shared.db.order import Order
from libs.shared.db.order import Place as ListPlace
from libs.shared.db.scope import Access
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from libs.shared.files.kinds.schools import TAKEN
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from services.registration.access import institutions_listed
from services.registration.roster.institutions.domain import Standing
from services.registration.roster.lock import lock_roster
from services.registration.roster.schools import queries
from services.registration.roster.schools.domain import ALL, Chosen, GivenSchool, StoredSchool, refused_departments
from services.registration.roster.schools.events import school_changed
from services.registration.roster.schools.numbers import JudgedNumbers, judge_numbers, take_from_others
from services.registration.roster.schools.queries import SchoolRecord, lists
from services.registration.roster.schools.queries.lists import NumberRecord


class _Row(NamedTuple):
    institution_number: str
    name: str
    kind: str
    location_municipality_code: str | None
    main_institution_number: str | None


class NumberTakenMeanwhile(Exception):
    """Another municipality has taken the number since it was judged; when the row is judged again, it is refused."""

    sqlstate = "40001"


@dataclass(frozen=True, slots=True)
class _Plan:
    judged: JudgedNumbers
    allowed: list[GivenSchool]


@dataclass(frozen=True, slots=True)
class SchoolImport:
    """Imports schools. The municipality must have a right to each number."""

    outbox: Outbox

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the municipality's roster, because a school that does not exist yet cannot be locked; then the schools
        that hold the numbers, in the order of the numbers.
        """
        await lock_roster(session, batch.municipality_code)
        async with under(session, Access.SECRETARIAT):
            await queries.lock_holders(session, batch.columns["institution_number"])

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[_Plan]:
        """The plan has the rows whose number the municipality may use. Rows with a number that is not the
        municipality's are refused, and departments without a main school.
        """
        rows = list(batch.rows(_Row))
        numbers = batch.columns["institution_number"]
        judged = await judge_numbers(session, batch.municipality_code, numbers, danish_date(batch.queued_at))
        allowed = [
            GivenSchool(*row, standing=standing.value)
            for row in rows
            if (standing := judged.standing.get(row.institution_number)) is not None
        ]
        stored = await queries.own(session, batch.municipality_code)
        held = await queries.ids(session, batch.municipality_code, stored)
        wrong = refused_departments(allowed, stored, held)
        allowed = [row for row in allowed if row.institution_number not in wrong]
        changed = sum(_changes(stored.get(row.institution_number), row) for row in allowed)
        refused = [
            Refusal(index, judged.refused.get(row.institution_number, TAKEN), "institution_number")
            for index, row in enumerate(rows)
            if row.institution_number not in judged.standing
        ]
        refused += [
            Refusal(index, wrong[row.institution_number], "main_institution_number")
            for index, row in enumerate(rows)
            if row.institution_number in wrong
        ]
        result = BatchResult(accepted=changed, unchanged=len(allowed) - changed, refused=refused)
        return Judged(result, _Plan(judged, allowed))

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[_Plan]) -> None:
        """Write them, with an event for each that changed. Numbers that belong to the municipality are taken from
        schools that have them without a right.
        """
        plan = judged.plan
        await take_from_others(session, self.outbox, plan.judged.taken)
        today = danish_date(batch.queued_at)
        changed, own = await queries.upsert(session, batch.municipality_code, plan.allowed, today)
        if own != {row.institution_number for row in plan.allowed}:
            raise NumberTakenMeanwhile
        await self.outbox.add(session, [school_changed(row) for row in changed])


def _changes(stored: StoredSchool | None, row: GivenSchool) -> bool:
    """Whether the row differs from the stored school. A school that is only confirmed has not changed."""
    if stored is None or stored.standing in {Standing.FORMER, Standing.REFUSED}:
        return True
    located = row.location_municipality_code or stored.location_municipality_code
    after = (row.name, row.kind, located, row.main(stored))
    return stored[:4] != after


async def list_schools(
    session: ReadSession,
    caller: Principal,
    code: str,
    chosen: Chosen,
    *,
    order: Order,
    after: ListPlace | None,
    size: int,
) -> list[SchoolRecord]:
    """At most ``size`` of the municipality's chosen schools after that place: those that the caller may see."""
    only = institutions_listed(caller)
    return await lists.listed(session, code, chosen, only=only, order=order, after=after, size=size)


async def get_school(session: ReadSession, caller: Principal, code: str, number: str) -> SchoolRecord | None:
    """The municipality's school with this number, if the caller is shown it."""
    only = institutions_listed(caller)
    if only is not None and number not in only:
        return None
    return next(iter(await lists.listed(session, code, ALL, only=[number], size=1)), None)


async def list_numbers(
    session: ReadSession,
    standing: str | None,
    located: str | None,
    *,
    order: Order,
    after: ListPlace | None,
    size: int,
) -> list[NumberRecord]:
    """At most ``size`` of the institution numbers in use after that place; with ``standing`` only those with this
    standing, with ``located`` only those of schools that lie in this municipality. Needs the access ``secretariat``.
    """
    return await lists.numbers(session, standing, located, order=order, after=after, size=size)


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[SchoolChanged]:
    """The states of the municipality's schools by id, their rows locked."""
    return [school_changed(row) for row in await queries.locked_page(session, code, after, size)]
