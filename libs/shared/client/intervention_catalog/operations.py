"""The requests of the catalog."""

from libs.shared.client.intervention_catalog.models import Draft, DraftAsked, SearchAnswer
from libs.shared.client.operations import Operation

HERE = ("intervention_catalog",)
_CONDITION = frozenset({"if-match"})

SEARCH = Operation(HERE, "GET", "/v1/search", SearchAnswer, query=frozenset({"q", "page_size"}))
CREATE_DRAFT = Operation(HERE, "POST", "/v1/drafts", Draft, body=DraftAsked, keyed=True)
READ_DRAFT = Operation(HERE, "GET", "/v1/drafts/{draft_id}", Draft)
SUBMIT_DRAFT = Operation(HERE, "POST", "/v1/drafts/{draft_id}/submit", Draft, headers=_CONDITION, keyed=True)
PUBLISH_DRAFT = Operation(HERE, "POST", "/v1/drafts/{draft_id}/publish", Draft, headers=_CONDITION, keyed=True)
