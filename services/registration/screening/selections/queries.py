"""Writes and reads selections."""

from uuid import UUID

from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.screening.selections.domain import Behind, Decision, SelectedPupil, Selection, SelectionKind
from services.registration.screening.selections.tables import SelectionPupilRow, SelectionRow

_REASON, _DIALOGUE = "reason", "parents_dialogue"


async def add(session: WriteSession, vault: SealedTexts, selection: Selection) -> None:
    """Write the decision and its pupils."""
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
        )
    )
    await session.flush()
    session.add_all(
        SelectionPupilRow(
            selection_id=selection_id,
            pupil_id=each.pupil_id,
            municipality_code=selection.municipality_code,
            verdicts=[verdict.model_dump(mode="json") for verdict in each.verdicts],
        )
        for each in selection.pupils
    )
    await session.flush()


async def one(session: ReadSession, vault: SealedTexts, selection_id: UUID) -> Selection | None:
    """The selection, if the session may see it."""
    row = await session.get(SelectionRow, selection_id)
    if row is None:
        return None
    of_selection = select(SelectionPupilRow).where(col(SelectionPupilRow.selection_id) == selection_id)
    pupils = (await session.execute(of_selection.order_by(col(SelectionPupilRow.pupil_id)))).scalars().all()
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
        ),
        decided_by=row.decided_by,
        recorded_at=row.recorded_at,
        pupils=tuple(
            SelectedPupil(each.pupil_id, tuple(map(ScreeningVerdict.model_validate, each.verdicts))) for each in pupils
        ),
    )
