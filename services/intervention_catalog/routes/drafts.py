"""``/v1/drafts``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery.outbox import Outbox
from libs.shared.web.access import require
from libs.shared.web.media import json_only
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken, read_page_token, write_page_token
from libs.shared.web.refusals import PageTokenInvalid
from services.intervention_catalog.drafts import review, use_cases
from services.intervention_catalog.drafts.domain import AUTHORS, DraftState
from services.intervention_catalog.kinds.vocabulary import Vocabulary
from services.intervention_catalog.routes.draft_bodies import DraftChangeIn, DraftIn, DraftOut, PublishIn, ReturnIn

_NAME = "drafts"

_Writer = Annotated[Principal, Depends(require(Role.SECRETARIAT, *AUTHORS))]
_NoFiles = Annotated[None, Depends(json_only)]
"""Stands behind the caller, so that who has no token learns nothing else."""
_Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]


def _scope(caller: Principal) -> Scope:
    return Scope(caller.municipality_codes, Access.SECRETARIAT if caller.has(Role.SECRETARIAT) else None)


def drafts_router(db: Database, outbox: Outbox, clock: Clock, vocabulary: Vocabulary) -> APIRouter:
    """Drafts: the secretariat's of everything, a municipality's of its own trial actions."""
    router = APIRouter(prefix="/v1/drafts", tags=[_NAME])

    @router.post("", status_code=status.HTTP_201_CREATED, summary="Begin a draft / Ny kladde")
    async def create(body: DraftIn, caller: _Writer, _: _NoFiles) -> DraftOut:
        """Of something new, or of a new version of the item that the content names. Files are not taken."""
        async with db.write(_scope(caller)) as session:
            return DraftOut.of(await use_cases.create_draft(session, vocabulary, caller, body.written(), now=clock()))

    @router.get("", summary="Drafts / Kladder")
    async def listed(
        caller: _Writer,
        state: Annotated[DraftState | None, Query(description="Those in one state alone.")] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[DraftOut]:
        """Yours; for the secretariat its own and those that municipalities have handed in."""
        after = read_page_token(page_token, _NAME, [str])
        async with db.read(_scope(caller)) as session:
            found = await use_cases.list_drafts(session, caller, state=state, after=_uuid(after), limit=page_size + 1)
        shown = found[:page_size]
        token = write_page_token(_NAME, [str(shown[-1].draft_id)]) if len(found) > page_size else None
        return Page(items=[DraftOut.of(each) for each in shown], next_page_token=token)

    @router.get("/{draft_id}", summary="A draft / En kladde")
    async def read(draft_id: UUID, caller: _Writer) -> DraftOut:
        async with db.read(_scope(caller)) as session:
            return DraftOut.of(await use_cases.get_draft(session, caller, draft_id))

    @router.put("/{draft_id}", summary="Replace what a draft says / Ret kladden")
    async def change(draft_id: UUID, body: DraftChangeIn, caller: _Writer, _: _NoFiles) -> DraftOut:
        """An author's change takes the draft back from review; the secretariat's leaves it there."""
        async with db.write(_scope(caller)) as session:
            changed = await use_cases.change_draft(
                session, vocabulary, caller, draft_id, body.written(), expected_version=body.version, now=clock()
            )
            return DraftOut.of(changed)

    @router.delete("/{draft_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Throw a draft away / Slet kladden")
    async def delete(draft_id: UUID, caller: _Writer) -> Response:
        """What is published is not touched by this."""
        async with db.write(_scope(caller)) as session:
            await use_cases.delete_draft(session, caller, draft_id)
        return Response(status_code=status.HTTP_204_NO_CONTENT)

    @router.post("/{draft_id}/submit", summary="Hand a draft in for review / Indsend kladden")
    async def submit(draft_id: UUID, caller: _Writer) -> DraftOut:
        async with db.write(_scope(caller)) as session:
            return DraftOut.of(await use_cases.submit_draft(session, caller, draft_id, now=clock()))

    @router.post("/{draft_id}/return", summary="Return a draft to its author / Send kladden tilbage")
    async def give_back(draft_id: UUID, body: ReturnIn, caller: _Secretariat) -> DraftOut:
        async with db.write(_scope(caller)) as session:
            returned = await review.return_draft(
                session, caller, draft_id, note=body.note, expected_version=body.version, now=clock()
            )
            return DraftOut.of(returned)

    @router.post("/{draft_id}/publish", summary="Publish a draft / Udgiv kladden")
    async def publish(draft_id: UUID, caller: _Secretariat, body: PublishIn | None = None) -> DraftOut:
        """Needs every text in Danish and English. Once published, it is changed by a new draft alone."""
        async with db.write(_scope(caller)) as session:
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
    if after is None:
        return None
    try:
        return UUID(str(after[0]))
    except ValueError:
        raise PageTokenInvalid from None
