"""Who owns a draft or a published item, and what an owner may do with it. Pure: ``access.py`` names the callers."""

from dataclasses import dataclass

from libs.shared.auth.principal import Principal, Role

AUTHORS = (Role.MUNICIPALITY_INTEGRATION, Role.SCHOOL, Role.RESOURCE_TEAM)
"""The roles that write for a municipality."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a draft or a published item: the secretariat (no municipality), a municipality as a whole
    (``institution_numbers`` None), or the institutions whose people wrote it.
    """

    municipality_code: str | None = None
    institution_numbers: frozenset[str] | None = None


def is_secretariat(caller: Principal) -> bool:
    """Whether the caller publishes for the whole country."""
    return caller.has(Role.SECRETARIAT)


def may_write_for(caller: Principal, municipality_code: str | None) -> bool:
    """Whether the caller writes for the municipality."""
    return municipality_code is not None and caller.acting_as(*AUTHORS).serves(municipality_code)


def author_of(caller: Principal, municipality_code: str) -> Owner:
    """The owner of what the caller writes for the municipality."""
    return Owner(municipality_code, caller.acting_as(*AUTHORS).held_to)


def is_own(caller: Principal, owner: Owner) -> bool:
    """Whether the caller may read the item before it is published, change it, withdraw it and write a new version.

    A caller who works for the whole municipality owns everything of the municipality. A school owns only what it wrote
    itself: neither another school's items nor those written for the municipality as a whole.
    """
    if not may_write_for(caller, owner.municipality_code):
        return False
    held_to = caller.acting_as(*AUTHORS).held_to
    return held_to is None or (owner.institution_numbers is not None and owner.institution_numbers <= held_to)


def may_read_draft(caller: Principal, owner: Owner, *, submitted: bool) -> bool:
    """Whether the caller may read a draft: its owners always, the secretariat once it has been submitted.

    ``submitted`` is true of every draft that has left the author: also of one that was returned or published.
    """
    return is_own(caller, owner) or (is_secretariat(caller) and (owner.municipality_code is None or submitted))


def may_withdraw(caller: Principal, owner: Owner) -> bool:
    """Whether the caller may withdraw a published item: the secretariat everything, others their own."""
    return is_secretariat(caller) or is_own(caller, owner)
