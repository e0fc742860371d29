"""The review of a draft by the secretariat: publish it, or return it with a note."""

from datetime import datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from services.intervention_catalog.access import require_reviewer
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.drafts.domain import DraftState, Written, require_usable
from services.intervention_catalog.drafts.errors import DraftNotSubmitted
from services.intervention_catalog.drafts.tables import Draft
from services.intervention_catalog.drafts.use_cases.writing import Unchanged, changed, editable, locked
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.published import as_published
from services.intervention_catalog.kinds.texts import missing_texts
from services.intervention_catalog.publications.domain import New, Origin
from services.intervention_catalog.publications.errors import TextMissing
from services.intervention_catalog.publications.use_cases import get, publish


async def publish_draft(
    session: WriteSession,
    outbox: Outbox,
    allowed: AllowedReferences,
    caller: Principal,
    draft_id: UUID,
    *,
    unchanged: Unchanged,
    now: datetime,
) -> Draft:
    """Publish the content of the draft, with its event. A published draft is returned unchanged.

    Raises ``DraftNotFound``, what ``unchanged`` raises, ``DraftNotSubmitted``, ``DraftOwn``, ``TextMissing``, the
    refusals of ``require_usable`` and those of ``publish``.
    """
    draft = await locked(session, caller, draft_id)
    unchanged(draft)
    if draft.state == DraftState.PUBLISHED:
        return draft
    if draft.municipality_code is not None and draft.state != DraftState.SUBMITTED:
        raise DraftNotSubmitted
    require_reviewer(caller, draft)
    kind = Kind(draft.kind)
    require_usable(Written(kind, draft.content, draft.valid_from, draft.valid_to), allowed)
    if missing := missing_texts(draft.content):
        raise TextMissing.at(f"/content{pointer}" for pointer in missing)
    new = New(
        kind=kind,
        item_id=draft.item_id,
        valid_from=draft.valid_from or danish_date(now),
        valid_to=draft.valid_to,
        content=as_published(kind, draft.content, allowed),
        origin=Origin.DRAFT,
        by=caller.subject,
        institution_numbers=draft.owner.institution_numbers,
    )
    version = await publish(session, outbox, new)
    if version is None:
        version = (await get(session, kind, draft.item_id, on=new.valid_from)).version
    draft.state, draft.published_version = DraftState.PUBLISHED, version
    await _reviewed(session, draft, caller, now, None)
    return draft


async def return_draft(
    session: WriteSession, caller: Principal, draft_id: UUID, *, note: str, unchanged: Unchanged, now: datetime
) -> Draft:
    """Return a draft to its author. Raises the errors of ``editable`` and ``DraftNotSubmitted``."""
    draft = await editable(session, caller, draft_id, unchanged)
    if draft.state != DraftState.SUBMITTED:
        raise DraftNotSubmitted
    draft.state = DraftState.RETURNED
    await _reviewed(session, draft, caller, now, note)
    return draft


async def _reviewed(session: WriteSession, draft: Draft, caller: Principal, now: datetime, note: str | None) -> None:
    draft.reviewed_by, draft.reviewed_at, draft.review_note = caller.subject, now, note
    await changed(session, draft, caller, now)
