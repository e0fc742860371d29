"""Marks pupils of a decision as designated, and reverses a decision."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import WriteSession
from services.registration.screening.selections.domain import Mark, Reversal, ShownSelection, require_selected
from services.registration.screening.selections.errors import ReversalBeforeDecision, SelectionReversed
from services.registration.screening.selections.publishing import publish
from services.registration.screening.selections.queries import selections
from services.registration.screening.selections.use_cases.reading import shown_to
from services.registration.screening.selections.use_cases.recording import Recorder

Unchanged = Callable[[ShownSelection], None]
"""Raises if the decision is not as the caller has read it."""


async def designate(
    session: WriteSession,
    recorder: Recorder,
    caller: Principal,
    selection_id: UUID,
    pupil_ids: Collection[UUID],
    *,
    unchanged: Unchanged,
    now: datetime,
) -> ShownSelection:
    """Mark exactly these of the pupils whom the caller may see as likely to benefit; others keep their mark.

    Raises ``SelectionNotFound``, ``SelectionReversed``, ``DesignatedNotSelected`` and what ``unchanged`` raises.
    """
    shown = await _locked(session, recorder, caller, selection_id, unchanged=unchanged, now=now)
    selection, wanted = shown.selection, set(pupil_ids)
    require_selected(wanted, [each.pupil_id for each in selection.pupils], "/pupil_ids")
    marks = tuple(
        Mark(each.pupil_id, each.pupil_id in wanted, caller.subject, now)
        for each in selection.pupils
        if each.designated != (each.pupil_id in wanted)
    )
    if marks:
        await selections.mark(session, replace(selection, version=selection.version + 1), marks)
        changed = (each.pupil_id for each in marks)
        await publish(session, recorder.outbox, selection.municipality_code, changed)
    return await shown_to(
        session, caller, await selections.one(session, recorder.vault, selection_id), danish_date(now)
    )


async def reverse(
    session: WriteSession,
    recorder: Recorder,
    caller: Principal,
    selection_id: UUID,
    *,
    on: date,
    reason: str,
    unchanged: Unchanged,
    now: datetime,
) -> ShownSelection:
    """The decision no longer stands from ``on``; it is kept with all that it says.

    Raises ``SelectionNotFound``, ``SelectionReversed``, ``ReversalBeforeDecision`` and what ``unchanged`` raises.
    """
    shown = await _locked(session, recorder, caller, selection_id, unchanged=unchanged, now=now)
    selection = shown.selection
    if not selection.decision.decided_on <= on <= danish_date(now):
        raise ReversalBeforeDecision(pointer="/reversed_on")
    reversal = Reversal(on, reason, caller.subject, now)
    await selections.reverse(session, recorder.vault, replace(selection, version=selection.version + 1), reversal)
    whole = await selections.one(session, recorder.vault, selection_id)
    everybody = () if whole is None else whole.pupils
    await publish(session, recorder.outbox, selection.municipality_code, (each.pupil_id for each in everybody))
    return await shown_to(session, caller, whole, danish_date(now))


async def _locked(
    session: WriteSession,
    recorder: Recorder,
    caller: Principal,
    selection_id: UUID,
    *,
    unchanged: Unchanged,
    now: datetime,
) -> ShownSelection:
    found = await selections.locked(session, recorder.vault, selection_id)
    shown = await shown_to(session, caller, found, danish_date(now))
    unchanged(shown)
    if shown.selection.reversal is not None:
        raise SelectionReversed
    return shown
