"""The requests of the catalog."""

from libs.shared.client.intervention_catalog.models import Draft, DraftAsked, Publication, SearchAnswer
from libs.shared.client.operations import Operation

HERE = ("intervention_catalog",)

SEARCH = Operation(HERE, "GET", "/v1/search", SearchAnswer, query=frozenset({"q", "page_size"}))
CREATE_DRAFT = Operation(HERE, "POST", "/v1/drafts", Draft, body=DraftAsked, keyed=True)
SUBMIT_DRAFT = Operation(HERE, "POST", "/v1/drafts/{draft_id}/submit", Draft)
PUBLISH_DRAFT = Operation(HERE, "POST", "/v1/drafts/{draft_id}/publish", Draft, body=Publication)
