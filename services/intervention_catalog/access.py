"""The rights in this service. Routes and use cases use these functions; none of them decides by itself.

Everybody may read what is published. The other routes name their callers by the types below, and a caller has only the
roles of the type. Another's draft or item and one that does not exist get the same refusal.
"""

from typing import Annotated

from fastapi import Depends

from libs.shared.auth.principal import Principal, Role
from libs.shared.web.access import require
from services.intervention_catalog.drafts.domain import DraftState, Written
from services.intervention_catalog.drafts.errors import (
    DraftKindForbidden,
    DraftMunicipalityUnknown,
    DraftNotFound,
    DraftOwn,
)
from services.intervention_catalog.drafts.tables import Draft
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.ownership import Owner

AUTHORS = (Role.MUNICIPALITY_INTEGRATION, Role.SCHOOL, Role.RESOURCE_TEAM)
"""The roles that write for a municipality."""

Writer = Annotated[Principal, Depends(require(Role.SECRETARIAT, *AUTHORS))]
"""A caller who writes drafts and withdraws published content."""

Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]
"""A caller who reviews and publishes for the whole country."""


def is_secretariat(caller: Principal) -> bool:
    """Whether the caller publishes for the whole country."""
    return caller.has(Role.SECRETARIAT)


def may_write_for(caller: Principal, municipality_code: str | None) -> bool:
    """Whether the caller writes for the municipality."""
    return municipality_code is not None and caller.acting_as(*AUTHORS).serves(municipality_code)


def is_own(caller: Principal, owner: Owner) -> bool:
    """Whether the caller may read the item before it is published, change it, withdraw it and write a new version.

    A caller who works for the whole municipality owns everything of the municipality. A school owns only what it wrote
    itself: neither another school's items nor those written for the municipality as a whole.
    """
    if not may_write_for(caller, owner.municipality_code):
        return False
    held_to = caller.acting_as(*AUTHORS).held_to
    return held_to is None or (owner.institution_numbers is not None and owner.institution_numbers <= held_to)


def owner_of(caller: Principal, written: Written) -> Owner:
    """The owner of a draft that the caller writes.

    Raises ``DraftKindForbidden`` and ``DraftMunicipalityUnknown`` for content that the caller may not write.
    """
    if is_secretariat(caller):
        return Owner()
    if not KINDS[written.kind].municipal:
        raise DraftKindForbidden(pointer="/kind")
    code = written.municipality_code
    if code is None or not may_write_for(caller, code):
        raise DraftMunicipalityUnknown(pointer="/content/municipality/code")
    return Owner(code, caller.acting_as(*AUTHORS).held_to)


def may_read_draft(caller: Principal, owner: Owner, state: str) -> bool:
    """Whether the caller may read a draft: its owners always, the secretariat once it has left the author, also when
    it was returned or published.
    """
    if is_own(caller, owner):
        return True
    return is_secretariat(caller) and (owner.municipality_code is None or state != DraftState.DRAFT)


def readable_draft(caller: Principal, draft: Draft | None) -> Draft:
    """The draft, if the caller may read it. Raises ``DraftNotFound``."""
    if draft is None or not may_read_draft(caller, draft.owner, draft.state):
        raise DraftNotFound
    return draft


def leaves_in_review(caller: Principal) -> bool:
    """Whether a submitted draft stays in review when the caller changes it, such as by a translation."""
    return is_secretariat(caller)


def require_reviewer(caller: Principal, draft: Draft) -> None:
    """Raises ``DraftOwn`` if the caller made the last change to the draft: someone else must publish it."""
    if caller.is_subject(draft.changed_by):
        raise DraftOwn


def may_withdraw(caller: Principal, owner: Owner) -> bool:
    """Whether the caller may withdraw a published item: the secretariat everything, others their own."""
    return is_secretariat(caller) or is_own(caller, owner)
