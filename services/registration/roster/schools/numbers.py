"""Assigns institution numbers to municipalities' schools: judges numbers in files, and records decisions while no
register is loaded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from libs.shared.base.date_window import FIRST_DAY
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction
from libs.shared.db.named_access import under
from libs.shared.db.scope import Access
from libs.shared.events.outbox import Outbox
from libs.shared.files.kinds.schools import TAKEN
from services.registration.roster.institutions import queries
from services.registration.roster.institutions.domain import (
    Entry,
    Origin,
    Standing,
    refusal_of,
    standing_when_taken,
)
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import InstitutionInRegister
from services.registration.roster.schools.events import add_school_gone
from services.registration.roster.schools.queries import SchoolRecord


@dataclass(frozen=True, slots=True)
class Release:
    """The loss of a number by a municipality's school."""

    school: SchoolRecord
    standing: Standing


@dataclass(frozen=True, slots=True)
class JudgedNumbers:
    """The code of the refusal by number, the ground on which the municipality has it by number, and the schools of
    other municipalities that lose theirs.
    """

    refused: Mapping[str, str]
    standing: Mapping[str, Standing]
    taken: Sequence[Release]


async def judge_numbers(session: WriteSession, code: str, numbers: Iterable[str], today: date) -> JudgedNumbers:
    """Whether the municipality may use these numbers, and which schools of other municipalities must give up a number
    because it is rightfully this municipality's.
    """
    wanted = sorted(set(numbers))
    entries = await queries.entries(session, wanted)
    has_register = await queries.has_register(session)
    refused: dict[str, str] = {}
    for number in wanted:
        refusal = refusal_of(entries.get(number, ()), code, today, has_register=has_register)
        if refusal is not None:
            refused[number] = refusal
    free = [number for number in wanted if number not in refused]
    async with under(session, Access.SECRETARIAT):
        held = await schools.holders(session, free)
    releases, kept = _released(held, code, entries, today)
    refused |= dict.fromkeys(kept, TAKEN)
    standing = {
        number: Standing.REGISTERED if number in entries else Standing.FIRST_USE
        for number in free
        if number not in refused
    }
    return JudgedNumbers(refused, standing, releases)


@dataclass(frozen=True, slots=True)
class Decision:
    """Which municipality a number belongs to while no register has it; None: to nobody."""

    institution_number: str
    municipality_code: str | None


async def decision_about(session: ReadSession, number: str) -> Decision | None:
    """The secretariat's decision about the number, if there is one."""
    for each in (await queries.entries(session, [number])).get(number, ()):
        if each.origin is Origin.DECISION:
            return Decision(number, each.belongs_to)
    return None


async def locked_decision(session: WriteSession, number: str) -> Decision | None:
    """The same; nobody else decides until the transaction ends. Raises ``InstitutionInRegister``."""
    await hold_in_transaction(session, Lock.INSTITUTION_NUMBERS)
    if any(each.origin is Origin.REGISTER for each in (await queries.entries(session, [number])).get(number, ())):
        raise InstitutionInRegister
    return await decision_about(session, number)


async def decide(session: WriteSession, outbox: Outbox, number: str, code: str | None, today: date) -> None:
    """Decide which municipality a number belongs to while no register has it; None: to nobody. Needs the access
    ``secretariat`` and the lock of ``locked_decision``.

    A school that has the number without a right loses it at once.
    """
    entry = Entry(number, FIRST_DAY, None, code, None, Origin.DECISION)
    await queries.put(session, [entry])
    await schools.confirm(session, number, code)
    async with under(session, Access.SECRETARIAT):
        await schools.lock_holders(session, [number])
        held = await schools.holders(session, [number])
    releases, _ = _released(held, code, {number: [entry]}, today)
    await take_from_others(session, outbox, releases)


def _released(
    holders: Iterable[SchoolRecord], code: str | None, entries: Mapping[str, Sequence[Entry]], today: date
) -> tuple[list[Release], set[str]]:
    """The schools of other municipalities that have no right to their number by the entries, and the numbers that
    others keep, by right or because there is no entry.
    """
    releases: list[Release] = []
    kept: set[str] = set()
    for holder in holders:
        owner, said = holder.municipality_code, entries.get(holder.institution_number, ())
        if owner == code:
            continue
        if not said or refusal_of(said, owner, today, has_register=True) is None:
            kept.add(holder.institution_number)
        else:
            releases.append(Release(holder, standing_when_taken(said, owner)))
    return releases, kept


async def take_from_others(session: WriteSession, outbox: Outbox, releases: Iterable[Release]) -> None:
    """Take their numbers from these schools. A school that never had a right to its number gets a tombstone."""
    async with under(session, Access.SECRETARIAT):
        for release in releases:
            school = release.school
            await schools.release(session, school.school_id, release.standing)
            if release.standing is Standing.REFUSED:
                await add_school_gone(session, outbox, school.school_id, school.municipality_code)
