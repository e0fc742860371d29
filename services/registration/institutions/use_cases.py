"""Loading the register, deciding for want of one, and judging the numbers that a municipality sends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from libs.shared.base.date_window import FIRST_DAY
from libs.shared.db.database import WriteSession
from libs.shared.db.named_access import under
from libs.shared.db.scope import Access
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
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

_TOPIC = "registration.school"


@dataclass(frozen=True, slots=True)
class JudgedNumbers:
    """Number → the code of its refusal, and number → by what the municipality has it."""

    refused: Mapping[str, str]
    standing: Mapping[str, Standing]


async def import_institutions(session: WriteSession, batch: Batch) -> BatchResult:
    """Write a batch of the register. What was decided of its numbers for want of it no longer counts.

    All rows of a number are taken, or none. No school is changed by this: whoever a number now belongs to gets it when
    the municipality sends the school, and the list for the secretariat shows who has it without a right.
    """
    rows: dict[str, list[tuple[int, Entry]]] = {}
    refused: list[Refusal] = []
    given = batch.records("institution_number", "name", "municipality_code", "valid_from", "valid_to")
    for index, (number, name, code, valid_from, valid_to) in enumerate(given):
        start = valid_from or FIRST_DAY
        if valid_to is not None and valid_to < start:
            refused.append(Refusal(index, ENDS_FIRST, "valid_to"))
        else:
            entry = Entry(number, start, valid_to, code, name, Origin.REGISTER)
            rows.setdefault(number, []).append((index, entry))
    stored = await queries.entries(session, rows)
    taken: list[Entry] = []
    for number, of_number in rows.items():
        before = [each for each in stored.get(number, ()) if each.origin is Origin.REGISTER]
        after = {each.valid_from: each for each in [*before, *(entry for _, entry in of_number)]}
        if overlapping(list(after.values())):
            refused += [Refusal(index, OVERLAP, "valid_from") for index, _ in of_number]
        else:
            taken += [entry for _, entry in of_number]
    async with under(session, Access.SECRETARIAT):
        await queries.forget_decisions(session, (each.institution_number for each in taken))
        accepted = await queries.put(session, taken)
    return BatchResult(accepted=accepted, unchanged=len(batch) - accepted - len(refused), refused=refused)


async def judge_numbers(
    session: WriteSession, outbox: Outbox, code: str, numbers: Iterable[str], today: date
) -> JudgedNumbers:
    """Whether the municipality may have these numbers. One that is rightfully its own is taken from whoever has it
    without a right.
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
    for number in await _take_from_others(session, outbox, code, free, entries=entries, today=today):
        refused[number] = TAKEN
    standing = {
        number: Standing.REGISTERED if number in entries else Standing.FIRST_USE
        for number in free
        if number not in refused
    }
    return JudgedNumbers(refused, standing)


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
    await _take_from_others(session, outbox, code, [number], entries={number: [entry]}, today=today)


async def _take_from_others(
    session: WriteSession,
    outbox: Outbox,
    code: str | None,
    numbers: Sequence[str],
    *,
    entries: Mapping[str, Sequence[Entry]],
    today: date,
) -> set[str]:
    """Release these numbers from schools of other municipalities that have no right to them by the entries; the numbers
    that others go on holding, by right or because nothing is said of them.
    """
    held: set[str] = set()
    if not numbers:
        return held
    async with under(session, Access.SECRETARIAT):
        for holder in await schools.holders(session, numbers):
            owner, said = holder.municipality_code, entries.get(holder.institution_number, ())
            if owner == code:
                continue
            if not said or refusal_of(said, owner, today, has_register=True) is None:
                held.add(holder.institution_number)
                continue
            standing = standing_when_taken(said, owner)
            await schools.release(session, holder.school_id, standing)
            if standing is Standing.REFUSED:
                await outbox.tombstone(session, _TOPIC, str(holder.school_id), municipality=owner)
    return held
