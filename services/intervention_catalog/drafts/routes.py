"""``/v1/drafts``."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.order import Order
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Asked, Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.media import json_only
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from services.intervention_catalog.access import Secretariat, Writer
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.drafts.domain import DraftFilter, DraftState, Written
from services.intervention_catalog.drafts.schemas import DraftIn, DraftOut, DraftRow, ReturnIn
from services.intervention_catalog.drafts.use_cases import listing, review, writing
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.kinds import KINDS

_NAME = "drafts"

_NoFiles = Annotated[None, Depends(json_only)]
"""Declared after the caller, so that a request without a token gets only that refusal."""


def drafts_router(db: Database, outbox: Outbox, clock: Clock, allowed: AllowedReferences) -> APIRouter:
    """Drafts of the secretariat (all kinds) and of the municipalities (trial actions)."""
    router = APIRouter(prefix="/v1/drafts", tags=[_NAME])

    @router.post("", status_code=status.HTTP_201_CREATED, summary="Begin a draft / Ny kladde", responses={201: LOCATED})
    async def create(body: DraftIn, caller: Writer, _: _NoFiles, asked: MayRepeat, response: Response) -> DraftOut:
        """A draft of a new item, or of a new version of the item that the content names. Files are not accepted."""
        written, now, scope = _written(body), clock(), scope_of(caller)
        async with db.write(scope) as session:
            draft = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: writing.create_draft(session, allowed, caller, written, now=now),
                reference=lambda made: str(made.draft_id),
                again=lambda draft_id: writing.get_draft(session, caller, UUID(draft_id)),
            )
            located(response, f"/v1/drafts/{draft.draft_id}")
            return DraftOut.of(draft)

    @router.get("", summary="Drafts / Kladder", response_model=Page[DraftOut], responses=LISTED)
    async def listed(
        *,
        caller: Writer,
        lists: Lists,
        state: Annotated[DraftState | None, Query(description="Only drafts in this state.")] = None,
        kind: Annotated[Kind | None, Query(description="Only drafts of this kind of content.")] = None,
        municipality: Annotated[MunicipalityCode | None, Query(description="Only drafts of this municipality.")] = None,
        sort: Annotated[str, sortable("created_at", "changed_at", "kind", "state", "item_id")] = "created_at",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[DraftRow] | Response:
        """Your drafts. The secretariat also sees those that municipalities have submitted. As CSV a row is a draft
        without its content.
        """
        order = Order.read(sort)
        after = lists.after(page_token, _NAME, order)
        wanted = DraftFilter(state, kind, municipality)
        async with db.read(scope_of(caller)) as session:
            found = await listing.list_drafts(session, caller, wanted, order=order, after=after, limit=page_size + 1)
        place = partial(listing.place_of, order)
        return lists.answer(_NAME, order, found, page_size, model=DraftRow, item=DraftOut.of, place=place)

    @router.get("/{draft_id}", summary="A draft / En kladde", responses={200: ETAG})
    async def read(draft_id: UUID, caller: Writer, response: Response) -> DraftOut:
        async with db.read(scope_of(caller)) as session:
            return _shown(response, DraftOut.of(await writing.get_draft(session, caller, draft_id)))

    @router.put("/{draft_id}", summary="Replace what a draft says / Ret kladden", responses={200: ETAG})
    async def change(
        *, draft_id: UUID, body: DraftIn, caller: Writer, _: _NoFiles, response: Response, if_match: IfMatch = None
    ) -> DraftOut:
        """A change by the author takes the draft back from review; a change by the secretariat leaves it there."""
        unchanged = _unchanged(if_match)
        async with db.write(scope_of(caller)) as session:
            changed = await writing.change_draft(
                session, allowed, caller, draft_id, _written(body), unchanged=unchanged, now=clock()
            )
            return _shown(response, DraftOut.of(changed))

    @router.delete("/{draft_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Throw a draft away / Slet kladden")
    async def delete(draft_id: UUID, caller: Writer, if_match: IfMatch = None) -> Response:
        """Published content is not affected."""
        async with db.write(scope_of(caller)) as session:
            await writing.delete_draft(session, caller, draft_id, unchanged=_unchanged(if_match))
        return Response(status_code=status.HTTP_204_NO_CONTENT)

    _add_review(router, db, outbox, clock, allowed)
    return router


def _add_review(router: APIRouter, db: Database, outbox: Outbox, clock: Clock, allowed: AllowedReferences) -> None:
    """Add the routes by which a draft is handed in, returned and published."""

    async def stepped(
        caller: Principal,
        asked: Asked | None,
        response: Response,
        step: Callable[[WriteSession, datetime], Awaitable[DraftOut]],
    ) -> DraftOut:
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def again(draft_id: str) -> DraftOut:
                return DraftOut.of(await writing.get_draft(session, caller, UUID(draft_id)))

            attempt = Attempt.of(asked, caller, scope, now)
            done = await once(
                session,
                attempt,
                create=lambda: step(session, now),
                reference=lambda shown: str(shown.draft_id),
                again=again,
            )
            return _shown(response, done)

    @router.post("/{draft_id}/submit", summary="Hand a draft in for review / Indsend kladden", responses={200: ETAG})
    async def submit(
        *, draft_id: UUID, caller: Writer, response: Response, asked: MayRepeat, if_match: IfMatch = None
    ) -> DraftOut:
        async def step(session: WriteSession, now: datetime) -> DraftOut:
            unchanged = _unchanged(if_match)
            return DraftOut.of(await writing.submit_draft(session, caller, draft_id, unchanged=unchanged, now=now))

        return await stepped(caller, asked, response, step)

    @router.post("/{draft_id}/return", summary="Return a draft to its author / Send tilbage", responses={200: ETAG})
    async def give_back(
        *,
        draft_id: UUID,
        body: ReturnIn,
        caller: Secretariat,
        response: Response,
        asked: MayRepeat,
        if_match: IfMatch = None,
    ) -> DraftOut:
        async def step(session: WriteSession, now: datetime) -> DraftOut:
            unchanged = _unchanged(if_match)
            returned = await review.return_draft(
                session, caller, draft_id, note=body.note, unchanged=unchanged, now=now
            )
            return DraftOut.of(returned)

        return await stepped(caller, asked, response, step)

    @router.post("/{draft_id}/publish", summary="Publish a draft / Udgiv kladden", responses={200: ETAG})
    async def publish(
        *, draft_id: UUID, caller: Secretariat, response: Response, asked: MayRepeat, if_match: IfMatch = None
    ) -> DraftOut:
        """Every text must be in Danish and English. Published content is changed by a new draft only."""

        async def step(session: WriteSession, now: datetime) -> DraftOut:
            published = await review.publish_draft(
                session, outbox, allowed, caller, draft_id, unchanged=_unchanged(if_match), now=now
            )
            return DraftOut.of(published)

        return await stepped(caller, asked, response, step)


def _shown(response: Response, out: DraftOut) -> DraftOut:
    """The draft, with its ``ETag``."""
    response.headers["ETag"] = etag_of(out)
    return out


def _unchanged(if_match: str | None) -> writing.Unchanged:
    """Raises ``PreconditionRequired`` and ``PreconditionFailed`` unless the draft is as the caller read it."""
    return lambda draft: require_match(DraftOut.of(draft), if_match, None)


def _written(body: DraftIn) -> Written:
    """The content, validated by the model of its kind. Raises ``RequestValidationError`` with every field.

    It is validated here, as the errors of the union in ``DraftIn`` would name fields of all four kinds.
    """
    kind = KINDS[body.kind]
    try:
        content = kind.written.model_validate(body.content)
    except ValidationError as refused:
        errors = [{**each, "loc": ("body", "content", *each["loc"])} for each in refused.errors()]
        raise RequestValidationError(errors) from refused
    kept = content.model_dump(mode="json")
    if kept[kind.id_field] is None:
        del kept[kind.id_field]
    return Written(body.kind, kept, body.valid_from, body.valid_to)
