"""The requests about who a pupil is."""

from typing import Final

from libs.shared.client.operations import Operation, Page
from libs.shared.client.pupils.models import (
    Divided,
    History,
    IdentityCase,
    IdentityDecided,
    IdentityDecision,
    MembershipConflict,
    MembershipDecided,
    MembershipDecision,
    MergeAsked,
    PupilConflict,
    PupilRecords,
    SplitAsked,
)

HERE = ("registration",)
PUPIL: Final = "/v1/pupils/{pupil_id}"
PUPIL_CONFLICTS: Final = "/v1/pupil-conflicts"
MEMBERSHIP_CONFLICTS: Final = "/v1/membership-conflicts"
_LIST = frozenset({"page_size", "page_token", "sort", "municipality"})
_CONDITION = frozenset({"if-match"})

HISTORY = Operation(HERE, "GET", f"{PUPIL}/history", History)
RECORDS = Operation(HERE, "GET", f"{PUPIL}/records", PupilRecords)
MERGE = Operation(HERE, "POST", f"{PUPIL}/merge", History, body=MergeAsked, headers=_CONDITION, keyed=True)
SPLIT = Operation(HERE, "POST", f"{PUPIL}/split", Divided, body=SplitAsked, headers=_CONDITION, keyed=True)
CONFLICTS_OF_PUPILS = Operation(HERE, "GET", PUPIL_CONFLICTS, Page[PupilConflict], query=_LIST | {"open_only"})
PUPIL_CONFLICT = Operation(HERE, "GET", f"{PUPIL_CONFLICTS}/{{conflict_id}}", PupilConflict)
DISMISS = Operation(
    HERE, "POST", f"{PUPIL_CONFLICTS}/{{conflict_id}}/dismissal", PupilConflict, headers=_CONDITION, keyed=True
)
CONFLICTS_OF_MEMBERSHIPS = Operation(
    HERE, "GET", MEMBERSHIP_CONFLICTS, Page[MembershipConflict], query=_LIST | {"open_only"}
)
MEMBERSHIP_CONFLICT = Operation(HERE, "GET", f"{MEMBERSHIP_CONFLICTS}/{{conflict_id}}", MembershipConflict)
DECIDE_MEMBERSHIP = Operation(
    HERE,
    "POST",
    f"{MEMBERSHIP_CONFLICTS}/{{conflict_id}}/decision",
    MembershipDecision,
    body=MembershipDecided,
    headers=_CONDITION,
    keyed=True,
)
IDENTITY_CASES = Operation(HERE, "GET", "/v1/identity-cases", Page[IdentityCase], query=_LIST)
DECIDE_IDENTITY = Operation(
    HERE, "POST", "/v1/identity-cases/{case_id}/decision", IdentityDecision, body=IdentityDecided, keyed=True
)
