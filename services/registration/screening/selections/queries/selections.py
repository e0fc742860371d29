"""Writes, changes and reads one selection."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.screening.selections.domain import (
    Behind,
    ClassReason,
    Decision,
    Mark,
    Reversal,
    SelectedPupil,
    Selection,
    SelectionKind,
)
from services.registration.screening.selections.tables import SelectionMark, SelectionPupilRow, SelectionRow

_REASON, _DIALOGUE, _REVERSAL = "reason", "parents_dialogue", "reversal_reason"


async def add(session: WriteSession, vault: SealedTexts, selection: Selection) -> None:
    """Write the decision, its pupils and the marks that it sets."""
    decision, selection_id = selection.decision, selection.selection_id
    session.add(
        SelectionRow(
            selection_id=selection_id,
            municipality_code=selection.municipality_code,
            school_id=decision.school_id,
            kind=decision.kind,
            class_id=decision.class_id,
            decided_on=decision.decided_on,
            decided_by=selection.decided_by,
            recorded_at=selection.recorded_at,
            socially_vulnerable=decision.socially_vulnerable,
            behind=list(decision.behind),
            reason=vault.seal(selection_id, _REASON, decision.reason),
            parents_dialogue=vault.seal(selection_id, _DIALOGUE, decision.parents_dialogue),
            reasons=list(decision.reasons),
            kept_list_id=decision.kept_list_id,
            version=selection.version,
        )
    )
    await session.flush()
    session.add_all(
        SelectionPupilRow(
            selection_id=selection_id,
            pupil_id=each.pupil_id,
            municipality_code=selection.municipality_code,
            verdicts=[verdict.model_dump(mode="json") for verdict in each.verdicts],
            designated=each.designated,
        )
        for each in selection.pupils
    )
    await _add_marks(session, selection, selection.marks)
    await session.flush()


async def mark(session: WriteSession, selection: Selection, marks: Iterable[Mark]) -> None:
    """Set and take back marks of pupils; ``selection`` has the version that this makes."""
    marked = {each.pupil_id: each.designated for each in marks}
    for pupil_id, designated in marked.items():
        row = await session.get_one(SelectionPupilRow, (selection.selection_id, pupil_id))
        row.designated = designated
    await _add_marks(session, selection, marks)
    await _next_version(session, selection)


async def reverse(session: WriteSession, vault: SealedTexts, selection: Selection, reversal: Reversal) -> None:
    """Write that the decision no longer stands; ``selection`` has the version that this makes."""
    row = await _next_version(session, selection)
    row.reversed_on, row.reversed_by, row.reversed_at = (
        reversal.reversed_on,
        reversal.reversed_by,
        reversal.reversed_at,
    )
    row.reversal_reason = vault.seal(selection.selection_id, _REVERSAL, reversal.reason)
    await session.flush()


async def locked(session: WriteSession, vault: SealedTexts, selection_id: UUID) -> Selection | None:
    """The selection, if the session may see it, with its row locked until the transaction ends."""
    return await _read(session, vault, await session.get(SelectionRow, selection_id, with_for_update=True))


async def one(session: ReadSession, vault: SealedTexts, selection_id: UUID) -> Selection | None:
    """The selection, if the session may see it."""
    return await _read(session, vault, await session.get(SelectionRow, selection_id))


async def _add_marks(session: WriteSession, selection: Selection, marks: Iterable[Mark]) -> None:
    session.add_all(
        SelectionMark(
            selection_id=selection.selection_id,
            pupil_id=each.pupil_id,
            version=selection.version,
            municipality_code=selection.municipality_code,
            designated=each.designated,
            marked_by=each.marked_by,
            marked_at=each.marked_at,
        )
        for each in marks
    )


async def _next_version(session: WriteSession, selection: Selection) -> SelectionRow:
    row = await session.get_one(SelectionRow, selection.selection_id)
    row.version = selection.version
    await session.flush()
    return row


async def _read(session: ReadSession, vault: SealedTexts, row: SelectionRow | None) -> Selection | None:
    if row is None:
        return None
    selection_id = row.selection_id
    of_selection = select(SelectionPupilRow).where(col(SelectionPupilRow.selection_id) == selection_id)
    pupils = (await session.execute(of_selection.order_by(col(SelectionPupilRow.pupil_id)))).scalars().all()
    of_marks = select(SelectionMark).where(col(SelectionMark.selection_id) == selection_id)
    by_time = of_marks.order_by(col(SelectionMark.version), col(SelectionMark.pupil_id))
    marks = (await session.execute(by_time)).scalars().all()
    return Selection(
        selection_id=selection_id,
        municipality_code=row.municipality_code,
        decision=Decision(
            school_id=row.school_id,
            kind=SelectionKind(row.kind),
            pupil_ids=[] if row.class_id else [each.pupil_id for each in pupils],
            class_id=row.class_id,
            decided_on=row.decided_on,
            socially_vulnerable=row.socially_vulnerable,
            behind=[Behind(each) for each in row.behind],
            reason=vault.open(selection_id, _REASON, row.reason),
            parents_dialogue=vault.open(selection_id, _DIALOGUE, row.parents_dialogue),
            reasons=[ClassReason(each) for each in row.reasons],
            designated=frozenset(each.pupil_id for each in pupils if each.designated),
            kept_list_id=row.kept_list_id,
        ),
        decided_by=row.decided_by,
        recorded_at=row.recorded_at,
        pupils=tuple(
            SelectedPupil(each.pupil_id, tuple(map(ScreeningVerdict.model_validate, each.verdicts)), each.designated)
            for each in pupils
        ),
        reversal=_reversal(vault, row, row.reversed_at),
        marks=tuple(Mark(each.pupil_id, each.designated, each.marked_by, each.marked_at) for each in marks),
        version=row.version,
    )


def _reversal(vault: SealedTexts, row: SelectionRow, at: datetime | None) -> Reversal | None:
    if at is None or row.reversed_on is None or row.reversed_by is None or row.reversal_reason is None:
        return None
    reason = vault.open(row.selection_id, _REVERSAL, row.reversal_reason)
    return Reversal(row.reversed_on, reason, row.reversed_by, at)
