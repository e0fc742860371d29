"""``/v1/drafts``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.media import json_only
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.intervention_catalog.access import Secretariat, Writer
from services.intervention_catalog.drafts.domain import DraftState, Written
from services.intervention_catalog.drafts.schemas import DraftChangeIn, DraftIn, DraftOut, PublishIn, ReturnIn
from services.intervention_catalog.drafts.use_cases import review, writing
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

    @router.get("", summary="Drafts / Kladder")
    async def listed(
        caller: Writer,
        pages: Pages,
        state: Annotated[DraftState | None, Query(description="Only drafts in this state.")] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[DraftOut]:
        """Your drafts. The secretariat also sees those that municipalities have submitted."""
        after = pages.read(page_token, _NAME, [str])
        async with db.read(scope_of(caller)) as session:
            found = await writing.list_drafts(session, caller, state=state, after=_uuid(after), limit=page_size + 1)
        return pages.page(_NAME, found, page_size, item=DraftOut.of, key=lambda each: [str(each.draft_id)])

    @router.get("/{draft_id}", summary="A draft / En kladde")
    async def read(draft_id: UUID, caller: Writer) -> DraftOut:
        async with db.read(scope_of(caller)) as session:
            return DraftOut.of(await writing.get_draft(session, caller, draft_id))

    @router.put("/{draft_id}", summary="Replace what a draft says / Ret kladden")
    async def change(draft_id: UUID, body: DraftChangeIn, caller: Writer, _: _NoFiles) -> DraftOut:
        """A change by the author takes the draft back from review; a change by the secretariat leaves it there."""
        async with db.write(scope_of(caller)) as session:
            changed = await writing.change_draft(
                session, allowed, caller, draft_id, _written(body), expected_version=body.version, now=clock()
            )
            return DraftOut.of(changed)

    @router.delete("/{draft_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Throw a draft away / Slet kladden")
    async def delete(draft_id: UUID, caller: Writer) -> Response:
        """Published content is not affected."""
        async with db.write(scope_of(caller)) as session:
            await writing.delete_draft(session, caller, draft_id)
        return Response(status_code=status.HTTP_204_NO_CONTENT)

    @router.post("/{draft_id}/submit", summary="Hand a draft in for review / Indsend kladden")
    async def submit(draft_id: UUID, caller: Writer) -> DraftOut:
        async with db.write(scope_of(caller)) as session:
            return DraftOut.of(await writing.submit_draft(session, caller, draft_id, now=clock()))

    @router.post("/{draft_id}/return", summary="Return a draft to its author / Send kladden tilbage")
    async def give_back(draft_id: UUID, body: ReturnIn, caller: Secretariat) -> DraftOut:
        async with db.write(scope_of(caller)) as session:
            returned = await review.return_draft(
                session, caller, draft_id, note=body.note, expected_version=body.version, now=clock()
            )
            return DraftOut.of(returned)

    @router.post("/{draft_id}/publish", summary="Publish a draft / Udgiv kladden")
    async def publish(draft_id: UUID, caller: Secretariat, body: PublishIn | None = None) -> DraftOut:
        """Every text must be in Danish and English. Published content is changed by a new draft only."""
        async with db.write(scope_of(caller)) as session:
            published = await review.publish_draft(
                session,
                outbox,
                allowed,
                caller,
                draft_id,
                expected_version=body.version if body else None,
                now=clock(),
            )
            return DraftOut.of(published)

    return router


def _uuid(after: tuple[str | int, ...] | None) -> UUID | None:
    return None if after is None else UUID(str(after[0]))


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
