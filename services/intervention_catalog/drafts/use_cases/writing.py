"""Writing and submitting a draft. The secretariat's review is in ``review.py``."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from services.intervention_catalog.access import (
    is_own,
    leaves_in_review,
    owner_of,
    readable_draft,
)
from services.intervention_catalog.drafts import queries
from services.intervention_catalog.drafts.domain import DraftState, Written, require_usable
from services.intervention_catalog.drafts.errors import (
    DraftItemChanged,
    DraftItemUnknown,
    DraftPublished,
)
from services.intervention_catalog.drafts.tables import Draft
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.publications import queries as publications

Unchanged = Callable[[Draft], None]
"""Raises the refusal of a caller who read another state of the draft."""


async def create_draft(
    session: WriteSession, allowed: AllowedReferences, caller: Principal, written: Written, *, now: datetime
) -> Draft:
    """Create a draft of a new item, or of a new version of the item that the content names.

    A trial action without an id gets one. Raises the refusals of ``owner_of`` and ``require_usable``, and
    ``DraftItemUnknown``.
    """
    owner = owner_of(caller, written)
    require_usable(written, allowed)
    draft_id = uuid4()
    id_field = KINDS[written.kind].id_field
    item_id = written.content.get(id_field)
    if owner.municipality_code is not None and item_id is not None:
        await _require_own(session, caller, written, str(item_id))
    content = {id_field: str(draft_id)} | written.content
    draft = Draft(
        draft_id=draft_id,
        kind=written.kind,
        item_id=content[id_field],
        municipality_code=owner.municipality_code,
        institution_numbers=None if owner.institution_numbers is None else sorted(owner.institution_numbers),
        state=DraftState.DRAFT,
        content=content,
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        version=1,
        created_by=caller.subject,
        created_at=now,
        changed_by=caller.subject,
        changed_at=now,
    )
    await queries.add(session, draft)
    return draft


async def change_draft(
    session: WriteSession,
    allowed: AllowedReferences,
    caller: Principal,
    draft_id: UUID,
    written: Written,
    *,
    unchanged: Unchanged,
    now: datetime,
) -> Draft:
    """Replace the content of a draft. A change by the author takes it back from review; a change by the secretariat,
    such as a translation, leaves it there. The same content changes nothing.

    Raises what ``create_draft`` raises, ``DraftNotFound``, what ``unchanged`` raises, ``DraftPublished`` and
    ``DraftItemChanged``.
    """
    draft = await editable(session, caller, draft_id, unchanged)
    content = {KINDS[written.kind].id_field: draft.item_id} | written.content
    if (written.kind, content[KINDS[written.kind].id_field]) != (draft.kind, draft.item_id):
        raise DraftItemChanged(pointer=f"/content/{KINDS[written.kind].id_field}")
    owner_of(caller, written)  # refuses content that the caller may not write
    if draft.municipality_code not in (None, written.municipality_code):
        raise DraftItemChanged(pointer="/content/municipality/code")
    require_usable(written, allowed)
    if (draft.content, draft.valid_from, draft.valid_to) == (content, written.valid_from, written.valid_to):
        return draft
    draft.content, draft.valid_from, draft.valid_to = content, written.valid_from, written.valid_to
    if not leaves_in_review(caller):
        draft.state = DraftState.DRAFT
        draft.submitted_by = draft.submitted_at = None
    await changed(session, draft, caller, now)
    return draft


async def submit_draft(
    session: WriteSession, caller: Principal, draft_id: UUID, *, unchanged: Unchanged, now: datetime
) -> Draft:
    """Submit a draft for review; a submitted draft is left as it is. Raises the errors of ``editable``."""
    draft = await editable(session, caller, draft_id, unchanged)
    if draft.state == DraftState.SUBMITTED:
        return draft
    draft.state = DraftState.SUBMITTED
    draft.submitted_by, draft.submitted_at = caller.subject, now
    await changed(session, draft, caller, now)
    return draft


async def delete_draft(session: WriteSession, caller: Principal, draft_id: UUID, *, unchanged: Unchanged) -> None:
    """Delete a draft. Raises the errors of ``editable``."""
    await queries.remove(session, await editable(session, caller, draft_id, unchanged))


async def get_draft(session: ReadSession, caller: Principal, draft_id: UUID) -> Draft:
    """A draft the caller may see. Raises ``DraftNotFound``."""
    return readable_draft(caller, await queries.one(session, draft_id))


async def editable(session: WriteSession, caller: Principal, draft_id: UUID, unchanged: Unchanged) -> Draft:
    """The draft, locked. Raises ``DraftNotFound``, what ``unchanged`` raises, and ``DraftPublished``."""
    draft = await locked(session, caller, draft_id)
    unchanged(draft)
    if draft.state == DraftState.PUBLISHED:
        raise DraftPublished
    return draft


async def locked(session: WriteSession, caller: Principal, draft_id: UUID) -> Draft:
    """A draft the caller may see, its row locked until the transaction ends. Raises ``DraftNotFound``."""
    return readable_draft(caller, await queries.locked(session, draft_id))


async def changed(session: WriteSession, draft: Draft, caller: Principal, now: datetime) -> None:
    """Raise the version and record who changed the draft."""
    draft.version += 1
    draft.changed_by, draft.changed_at = caller.subject, now
    await queries.save(session, draft)


async def _require_own(session: ReadSession, caller: Principal, written: Written, item_id: str) -> None:
    """Authors write new versions of their own items only; another's item is answered like one that does not exist."""
    records = await publications.of_item(session, written.kind, item_id)
    own = records and records[-1].municipality_code == written.municipality_code and is_own(caller, records[-1].owner)
    if not own:
        raise DraftItemUnknown(pointer=f"/content/{KINDS[written.kind].id_field}")
