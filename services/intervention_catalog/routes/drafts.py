"""``/v1/drafts``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.access import require
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.media import json_only
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.intervention_catalog.access import AUTHORS, scope_of
from services.intervention_catalog.drafts import review, use_cases
from services.intervention_catalog.drafts.domain import DraftState
from services.intervention_catalog.kinds.vocabulary import Vocabulary
from services.intervention_catalog.routes.draft_bodies import DraftChangeIn, DraftIn, DraftOut, PublishIn, ReturnIn

_NAME = "drafts"

_Writer = Annotated[Principal, Depends(require(Role.SECRETARIAT, *AUTHORS))]
_NoFiles = Annotated[None, Depends(json_only)]
"""Stands behind the caller, so that who has no token learns nothing else."""
_Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]


def drafts_router(db: Database, outbox: Outbox, clock: Clock, vocabulary: Vocabulary) -> APIRouter:
    """Drafts: the secretariat's of everything, a municipality's of its own trial actions."""
    router = APIRouter(prefix="/v1/drafts", tags=[_NAME])

    @router.post("", status_code=status.HTTP_201_CREATED, summary="Begin a draft / Ny kladde", responses={201: LOCATED})
    async def create(body: DraftIn, caller: _Writer, _: _NoFiles, asked: MayRepeat, response: Response) -> DraftOut:
        """Of something new, or of a new version of the item that the content names. Files are not taken."""
        written, now, scope = body.written(), clock(), scope_of(caller)
        async with db.write(scope) as session:
            draft = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: use_cases.create_draft(session, vocabulary, caller, written, now=now),
                reference=lambda made: str(made.draft_id),
                again=lambda draft_id: use_cases.get_draft(session, caller, UUID(draft_id)),
            )
            located(response, f"/v1/drafts/{draft.draft_id}")
            return DraftOut.of(draft)

    @router.get("", summary="Drafts / Kladder")
    async def listed(
        caller: _Writer,
        pages: Pages,
        state: Annotated[DraftState | None, Query(description="Those in one state alone.")] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[DraftOut]:
        """Yours; for the secretariat its own and those that municipalities have handed in."""
        after = pages.read(page_token, _NAME, [str])
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.list_drafts(session, caller, state=state, after=_uuid(after), limit=page_size + 1)
        shown = found[:page_size]
        token = pages.write(_NAME, [str(shown[-1].draft_id)]) if len(found) > page_size else None
        return Page(items=[DraftOut.of(each) for each in shown], next_page_token=token)

    @router.get("/{draft_id}", summary="A draft / En kladde")
    async def read(draft_id: UUID, caller: _Writer) -> DraftOut:
        async with db.read(scope_of(caller)) as session:
            return DraftOut.of(await use_cases.get_draft(session, caller, draft_id))

    @router.put("/{draft_id}", summary="Replace what a draft says / Ret kladden")
    async def change(draft_id: UUID, body: DraftChangeIn, caller: _Writer, _: _NoFiles) -> DraftOut:
        """An author's change takes the draft back from review; the secretariat's leaves it there."""
        async with db.write(scope_of(caller)) as session:
            changed = await use_cases.change_draft(
                session, vocabulary, caller, draft_id, body.written(), expected_version=body.version, now=clock()
            )
            return DraftOut.of(changed)

    @router.delete("/{draft_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Throw a draft away / Slet kladden")
    async def delete(draft_id: UUID, caller: _Writer) -> Response:
        """What is published is not touched by this."""
        async with db.write(scope_of(caller)) as session:
            await use_cases.delete_draft(session, caller, draft_id)
        return Response(status_code=status.HTTP_204_NO_CONTENT)

    @router.post("/{draft_id}/submit", summary="Hand a draft in for review / Indsend kladden")
    async def submit(draft_id: UUID, caller: _Writer) -> DraftOut:
        async with db.write(scope_of(caller)) as session:
            return DraftOut.of(await use_cases.submit_draft(session, caller, draft_id, now=clock()))

    @router.post("/{draft_id}/return", summary="Return a draft to its author / Send kladden tilbage")
    async def give_back(draft_id: UUID, body: ReturnIn, caller: _Secretariat) -> DraftOut:
        async with db.write(scope_of(caller)) as session:
            returned = await review.return_draft(
                session, caller, draft_id, note=body.note, expected_version=body.version, now=clock()
            )
            return DraftOut.of(returned)

    @router.post("/{draft_id}/publish", summary="Publish a draft / Udgiv kladden")
    async def publish(draft_id: UUID, caller: _Secretariat, body: PublishIn | None = None) -> DraftOut:
        """Needs every text in Danish and English. Once published, it is changed by a new draft alone."""
        async with db.write(scope_of(caller)) as session:
            published = await review.publish_draft(
                session,
                outbox,
                vocabulary,
                caller,
                draft_id,
                expected_version=body.version if body else None,
                now=clock(),
            )
            return DraftOut.of(published)

    return router


def _uuid(after: tuple[str | int, ...] | None) -> UUID | None:
    return None if after is None else UUID(str(after[0]))
