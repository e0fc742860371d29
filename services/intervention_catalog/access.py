"""Who may see or change what in the catalog. Pure; routes and use cases ask here, none of them decides by itself.

Reading what is published is open to all. A caller has the roles of its route alone (``web.access.require``).
"""

from dataclasses import dataclass

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.scope import Access, Scope

AUTHORS = (Role.MUNICIPALITY_INTEGRATION, Role.SCHOOL, Role.RESOURCE_TEAM)
"""Who writes for a municipality."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a draft or a published item is: the secretariat's (no municipality), a municipality's as a whole
    (``institution_numbers`` None), or that of the institutions whose people wrote it.
    """

    municipality_code: str | None = None
    institution_numbers: frozenset[str] | None = None


def is_secretariat(caller: Principal) -> bool:
    """Whether the caller publishes for the whole country."""
    return caller.has(Role.SECRETARIAT)


def scope_of(caller: Principal) -> Scope:
    """The caller's municipalities; everything handed in as well for the secretariat."""
    return Scope(caller.municipality_codes, Access.SECRETARIAT if is_secretariat(caller) else None)


def may_write_for(caller: Principal, municipality_code: str | None) -> bool:
    """Whether the caller writes for the municipality."""
    return municipality_code is not None and caller.acting_as(*AUTHORS).serves(municipality_code)


def author_of(caller: Principal, municipality_code: str) -> Owner:
    """Whose it is what the caller writes for the municipality."""
    return Owner(municipality_code, caller.acting_as(*AUTHORS).held_to)


def is_own(caller: Principal, owner: Owner) -> bool:
    """Whether it is the caller's to read before it is published, to change, to withdraw and to write anew.

    Whoever works for the whole municipality has all of its own. A school has what it wrote alone: neither another
    school's nor what was written for the municipality as a whole.
    """
    if not may_write_for(caller, owner.municipality_code):
        return False
    held_to = caller.acting_as(*AUTHORS).held_to
    return held_to is None or (owner.institution_numbers is not None and owner.institution_numbers <= held_to)
