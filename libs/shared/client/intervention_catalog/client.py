"""The catalog as its callers use it."""

from uuid import UUID

from libs.shared.client.caller import Caller
from libs.shared.client.intervention_catalog.models import Draft, DraftAsked, Publication, SearchAnswer
from libs.shared.client.intervention_catalog.operations import CREATE_DRAFT, PUBLISH_DRAFT, SEARCH, SUBMIT_DRAFT


class InterventionCatalog:
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def search(self, words: str, *, page_size: int | None = None) -> SearchAnswer:
        """The items that match the words, the best match first."""
        return await self._caller.call(SEARCH, query={"q": words, "page_size": page_size})

    async def create_draft(self, draft: DraftAsked) -> Draft:
        """Create a draft."""
        return await self._caller.call(CREATE_DRAFT, body=draft)

    async def submit_draft(self, draft_id: UUID) -> Draft:
        """Submit a draft. The request is not repeated if it may have had an effect."""
        return await self._caller.call(SUBMIT_DRAFT, {"draft_id": draft_id})

    async def publish_draft(self, draft_id: UUID, version: int) -> Draft:
        """Publish the version that was read. The request is not repeated if it may have had an effect."""
        return await self._caller.call(PUBLISH_DRAFT, {"draft_id": draft_id}, body=Publication(version=version))
