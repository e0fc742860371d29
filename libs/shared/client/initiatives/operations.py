"""The requests about initiatives."""

from typing import Final

from libs.shared.client.initiatives.models import (
    Allocation,
    AllocationAsked,
    AnswerAsked,
    Correction,
    Entry,
    Initiative,
    InitiativeAsked,
    InMunicipality,
    InvitationsAsked,
    Invited,
    Municipalities,
    Parts,
    PassOn,
    Roles,
    SharesAsked,
    SharesStored,
    Steps,
)
from libs.shared.client.operations import Operation, Replaced

HERE = ("registration",)
ALL: Final = "/v1/initiatives"
ONE: Final = "/v1/initiatives/{initiative_id}"
IN_ONE: Final = ONE + "/municipalities/{municipality_code}"
_PAGES = frozenset({"page_size", "page_token"})
_CONDITION = frozenset({"if-match"})

CREATE = Operation(HERE, "POST", ALL, Initiative, body=InitiativeAsked, keyed=True)
READ = Operation(HERE, "GET", ONE, Initiative)
SHARES = Operation(HERE, "GET", f"{ONE}/shares", SharesStored, query=_PAGES)
LOAD_SHARES = Operation(
    HERE,
    "PUT",
    f"{ONE}/shares",
    Initiative,
    body=SharesAsked,
    headers=_CONDITION,
    replaced=Replaced(READ, listed=("shares", SHARES)),
)
INVITE = Operation(HERE, "POST", f"{ONE}/invitations", Invited, body=InvitationsAsked, headers=_CONDITION, keyed=True)
MUNICIPALITIES = Operation(HERE, "GET", f"{ONE}/municipalities", Municipalities, query=_PAGES | {"status"})
MUNICIPALITY = Operation(HERE, "GET", IN_ONE, InMunicipality)
ANSWER = Operation(HERE, "POST", f"{IN_ONE}/answer", InMunicipality, body=AnswerAsked, headers=_CONDITION, keyed=True)
ALLOCATE = Operation(
    HERE, "POST", f"{ONE}/allocations", Allocation, body=AllocationAsked, headers=_CONDITION, keyed=True
)
PARTS = Operation(HERE, "GET", f"{ONE}/allocations/{{number}}/parts", Parts, query=_PAGES)
RELEASE_ADDITION = Operation(HERE, "POST", f"{IN_ONE}/addition", InMunicipality, headers=_CONDITION, keyed=True)
ROLES = Operation(HERE, "GET", f"{ONE}/roles", Roles, query=_PAGES | {"role"})
PASS_ON = Operation(HERE, "POST", f"{IN_ONE}/passed-on", Entry, body=PassOn, keyed=True)
ENTRY = Operation(HERE, "GET", f"{IN_ONE}/passed-on/{{entry_id}}", Entry)
# The reason of a correction is in the history alone.
CORRECT = Operation(
    HERE,
    "PUT",
    f"{IN_ONE}/passed-on/{{entry_id}}",
    Entry,
    body=Correction,
    headers=_CONDITION,
    replaced=Replaced(ENTRY, unseen=frozenset({"reason"})),
)
STEPS = Operation(HERE, "GET", f"{ONE}/steps", Steps, query=_PAGES | {"municipality"})
CLOSE = Operation(HERE, "POST", f"{ONE}/close", Initiative, headers=_CONDITION, keyed=True)
