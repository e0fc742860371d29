"""Loading the register, deciding for want of one, and judging the numbers that a municipality sends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from libs.shared.base.date_window import FIRST_DAY
from libs.shared.db.database import WriteSession
from libs.shared.db.named_access import under
from libs.shared.db.scope import Access
from libs.shared.events.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from services.registration.institutions import queries
from services.registration.institutions.domain import (
    TAKEN,
    Entry,
    Origin,
    Standing,
    overlapping,
    refusal_of,
    standing_when_taken,
)
from services.registration.institutions.errors import InstitutionInRegister
from services.registration.institutions.kind import ENDS_FIRST, OVERLAP
from services.registration.schools import queries as schools
from services.registration.schools.queries import SchoolRecord

_TOPIC = "registration.school"


@dataclass(frozen=True, slots=True)
class Release:
    """That a municipality's school loses its number."""

    school: SchoolRecord
    standing: Standing


@dataclass(frozen=True, slots=True)
class JudgedNumbers:
    """Number → the code of its refusal, and number → by what the municipality has it; schools of others that lose
    theirs by it.
    """

    refused: Mapping[str, str]
    standing: Mapping[str, Standing]
    taken: Sequence[Release]


class InstitutionImport:
    """The register. What was decided of its numbers for want of it no longer counts.

    All rows of a number are taken, or none. No school is changed by this: whoever a number now belongs to gets it when
    the municipality sends the school, and the list for the secretariat shows who has it without a right.
    """

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Nothing: one register is loaded at a time, and a number that is decided meanwhile is decided again."""

    async def judge(self, session: WriteSession, batch: Batch) -> Judged:
        """Which entries are new or changed."""
        rows: dict[str, dict[date, tuple[int, Entry]]] = {}
        refused: list[Refusal] = []
        given = batch.records("institution_number", "name", "municipality_code", "valid_from", "valid_to")
        for index, (number, name, code, valid_from, valid_to) in enumerate(given):
            start = valid_from or FIRST_DAY
            if valid_to is not None and valid_to < start:
                refused.append(Refusal(index, ENDS_FIRST, "valid_to"))
                continue
            entry = Entry(number, start, valid_to, code, name, Origin.REGISTER)
            first, _ = rows.setdefault(number, {}).setdefault(start, (index, entry))
            if first != index:  # empty, and the day that empty means
                refused.append(Refusal(index, "row.duplicate", params={"first_row": batch.row_numbers[first]}))
        stored = await queries.entries(session, rows)
        taken: list[Entry] = []
        accepted = 0
        for number, of_number in rows.items():
            known = {each.valid_from: each for each in stored.get(number, ())}
            before = {start: each for start, each in known.items() if each.origin is Origin.REGISTER}
            after = before | {start: entry for start, (_, entry) in of_number.items()}
            if overlapping(list(after.values())):
                refused += [Refusal(index, OVERLAP, "valid_from") for index, _ in of_number.values()]
                continue
            taken += [entry for _, entry in of_number.values()]
            accepted += sum(known.get(start) != entry for start, (_, entry) in of_number.items())
        result = BatchResult(accepted=accepted, unchanged=len(batch) - accepted - len(refused), refused=refused)
        return Judged(result, taken)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged) -> None:
        """Write them."""
        taken: list[Entry] = judged.plan
        async with under(session, Access.SECRETARIAT):
            await queries.forget_decisions(session, (each.institution_number for each in taken))
            await queries.put(session, taken)


async def judge_numbers(session: WriteSession, code: str, numbers: Iterable[str], today: date) -> JudgedNumbers:
    """Whether the municipality may have these numbers. One that is rightfully its own is to be taken from whoever has
    it without a right.
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


async def decide(session: WriteSession, outbox: Outbox, number: str, code: str | None, today: date) -> None:
    """Say whose a number is, for want of a register; None: nobody's. Needs the access ``secretariat``.

    Whoever has it without a right loses it at once. Raises ``InstitutionInRegister``.
    """
    entries = await queries.entries(session, [number])
    if any(each.origin is Origin.REGISTER for each in entries.get(number, ())):
        raise InstitutionInRegister
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
    """Schools of other municipalities that have no right to their number by the entries; the numbers that others go on
    holding, by right or because nothing is said of them.
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
    """Take their numbers from these schools; one that never had a right to it is gone for everybody."""
    async with under(session, Access.SECRETARIAT):
        for release in releases:
            school = release.school
            await schools.release(session, school.school_id, release.standing)
            if release.standing is Standing.REFUSED:
                await outbox.tombstone(session, _TOPIC, str(school.school_id), municipality=school.municipality_code)
