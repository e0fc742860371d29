"""What becomes of a batch's rows, pupil by pupil; no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from libs.shared.imports.batch import Batch, Refusal
from libs.shared.imports.errors import PUPIL_OUTSIDE_SCOPE
from services.registration.pupils.domain import CountsAsCpr, Group, Identity, fold, group_rows
from services.registration.pupils.kind import CONFLICT, OVERLAP
from services.registration.pupils.memberships import Interval, settle
from services.registration.pupils.roster import Roster
from services.registration.pupils.rows import ReadRow


@dataclass(frozen=True, slots=True)
class Plan:
    """One pupil's part of a batch.

    ``identity`` is who the pupil is known as afterwards, ``said`` what each row taken says, ``written`` the
    memberships that change; ``renamed`` tells that the identity changes, ``accepted`` how many rows change anything.
    """

    pupil_id: UUID
    identity: Identity = field(repr=False)
    said: list[Identity] = field(repr=False)
    written: list[Interval]
    renamed: bool
    accepted: int


def plan_rows(
    batch: Batch, rows: Mapping[int, ReadRow], roster: Roster, counts: CountsAsCpr
) -> tuple[list[Plan], list[Refusal]]:
    """A plan for each pupil of whom a row is taken, and the refusals of rows that are not."""
    groups, conflicts = group_rows(
        [(index, row.identity) for index, row in rows.items()], roster.known, roster.cpr_numbers, counts
    )
    refused = [Refusal(index, CONFLICT) for index in conflicts]
    plans = []
    for group in groups:
        plan, not_taken = _plan(group, rows, roster, counts, batch)
        refused += not_taken
        if plan is not None:
            plans.append(plan)
    return plans, refused


def _plan(
    group: Group, rows: Mapping[int, ReadRow], roster: Roster, counts: CountsAsCpr, batch: Batch
) -> tuple[Plan | None, list[Refusal]]:
    before = roster.identity(group.pupil_id)
    stored = roster.memberships(group.pupil_id)
    outside = _outside(group, rows, stored) if batch.institutions is not None else set()
    settled = settle(stored, [(index, rows[index].interval) for index in group.rows if index not in outside])
    refused = [Refusal(index, OVERLAP) for index in settled.overlapping]
    refused += [Refusal(index, PUPIL_OUTSIDE_SCOPE) for index in outside]
    refused += [
        Refusal(index, "row.duplicate", params={"first_row": batch.row_numbers[first]})
        for index, first in settled.repeated.items()
    ]
    taken = sorted([*settled.written, *settled.unchanged])
    if not taken:
        return None, refused
    said = [rows[index].identity for index in taken]
    identity = fold(before or Identity(), said, counts)
    renamed = identity != before
    return (
        Plan(
            pupil_id=group.pupil_id or uuid4(),
            identity=identity,
            said=said,
            written=list(settled.written.values()),
            renamed=renamed,
            accepted=len(taken) if renamed else len(settled.written),
        ),
        refused,
    )


def _outside(group: Group, rows: Mapping[int, ReadRow], stored: Sequence[Interval]) -> set[int]:
    """Rows that withdraw a time at the sender's institution that the pupil never had: they would change nothing but the
    name and identifiers of another institution's pupil.
    """
    known = {each.key for each in stored}
    periods = {index: rows[index].interval for index in group.rows}
    return {i for i, each in periods.items() if each.valid_from == each.valid_to and each.key not in known}
