"""The catalog as its callers use it."""

from uuid import UUID

from libs.shared.client.caller import Caller
from libs.shared.client.intervention_catalog.models import Draft, DraftAsked, SearchAnswer
from libs.shared.client.intervention_catalog.operations import (
    CREATE_DRAFT,
    PUBLISH_DRAFT,
    READ_DRAFT,
    SEARCH,
    SUBMIT_DRAFT,
)


class InterventionCatalog:
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``.

    A change reads what it changes first and sends its ``ETag``, so it is refused (412) only if somebody else changes it
    between the two requests.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def search(self, words: str, *, page_size: int | None = None) -> SearchAnswer:
        """The items that match the words, the best match first."""
        return await self._caller.call(SEARCH, query={"q": words, "page_size": page_size})

    async def create_draft(self, draft: DraftAsked) -> Draft:
        """Create a draft."""
        return await self._caller.call(CREATE_DRAFT, body=draft)

    async def submit_draft(self, draft_id: UUID) -> Draft:
        """Submit a draft as it is now."""
        return await self._caller.change(SUBMIT_DRAFT, READ_DRAFT, {"draft_id": draft_id})

    async def publish_draft(self, draft_id: UUID) -> Draft:
        """Publish a draft as it is now."""
        return await self._caller.change(PUBLISH_DRAFT, READ_DRAFT, {"draft_id": draft_id})
