"""Imports the register."""

from datetime import date
from typing import NamedTuple

from libs.shared.db.database import WriteSession
from libs.shared.db.named_access import under
from libs.shared.db.scope import Access
from libs.shared.files.kinds.institutions import OVERLAP
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from services.registration.roster.institutions import queries
from services.registration.roster.institutions.domain import (
    Entry,
    Origin,
    overlapping,
)


class _Row(NamedTuple):
    institution_number: str
    name: str
    municipality_code: str
    valid_from: date
    valid_to: date | None


class InstitutionImport:
    """Imports the register. It replaces decisions that were made about its numbers before it was loaded.

    All rows of a number are accepted, or none. The import changes no school. A municipality gets a number that is now
    its own when it sends the school, and the secretariat's list shows which municipality still has the number without a
    right.
    """

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Locks nothing: registers are imported one at a time, and they override decisions that are made meanwhile."""

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[list[Entry]]:
        """The plan is the entries of the numbers whose entries do not overlap."""
        rows: dict[str, dict[date, tuple[int, Entry]]] = {}
        refused: list[Refusal] = []
        for index, row in enumerate(batch.rows(_Row)):
            entry = Entry(
                institution_number=row.institution_number,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                belongs_to=row.municipality_code,
                name=row.name,
                origin=Origin.REGISTER,
            )
            rows.setdefault(row.institution_number, {})[row.valid_from] = index, entry
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

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[list[Entry]]) -> None:
        """Write the entries."""
        taken = judged.plan
        async with under(session, Access.SECRETARIAT):
            await queries.forget_decisions(session, (each.institution_number for each in taken))
            await queries.put(session, taken)
